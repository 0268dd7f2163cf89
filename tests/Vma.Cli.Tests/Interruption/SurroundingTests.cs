// SPDX-License-Identifier: MIT

using System.IO.Compression;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Interruption;

/// <summary>Limits, directories and names that a command finds where it is started.</summary>
public sealed class SurroundingTests
{
    [Theory]
    [InlineData("create \"$2\" -d \"$1\"", "new': file too large")]
    [InlineData("repack \"$3\" \"$2\" --keep-order", "new': file too large")]
    [InlineData("convert \"$3\" \"$2.ova\"", "new.ova': file too large")]
    [InlineData("extract \"$3\" \"$2\"", "takes no file of 1048576 bytes")]
    [InlineData("salvage \"$3\" \"$2\"", "takes no file of 1048576 bytes")]
    public void A_file_larger_than_the_limit_is_an_error_as_any_other(string call, string reason)
    {
        using var scratch = new Scratch();
        var content = new byte[1 << 20];
        Array.Fill(content, (byte)1);
        string disk = scratch.File("disk.raw", content), archive = scratch["a.vma"];
        VmaCall.Run("create", archive, "-d", disk).Succeeded();
        VmaResult result = VmaCall.Shell($"ulimit -f 8; exec \"$VMA\" {call}", disk, scratch["new"], archive).Run();
        Assert.Contains(reason, Told.LastWord(1, result), StringComparison.Ordinal);
        Assert.Equal(["a.vma", "disk.raw"], scratch.Entries);
    }

    [Fact]
    public void A_copy_larger_than_the_limit_is_not_the_fault_of_the_archive()
    {
        using var scratch = new Scratch();
        string archive = scratch["a.vma.gz"];
        VmaCall.Run("create", archive, "-d", scratch.File("disk.raw", Images.Noise(1 << 20)), "--compress", "gzip:1").Succeeded();
        VmaResult result = VmaCall.Shell("ulimit -f 8; export XDG_CACHE_HOME=\"$1\"; exec \"$VMA\" cat --copy \"$2\" disk0", scratch["cache"], archive).Run();
        Told.Failure(result, $"'{scratch["cache/vma"]}' takes no file of that size");
        Assert.Empty(Scratch.Names(scratch["cache/vma"]));
    }

    [Theory]
    [InlineData("/nonexistent")]
    [InlineData(".")]
    public void A_user_without_a_home_directory_is_told_to_name_one_for_copies(string home)
    {
        using var scratch = new Scratch();
        string archive = scratch.File("a.vma.gz", Tool.Compress("gzip", Places.Golden("three-disks.vma")));
        VmaResult result = VmaCall.Shell(
            "cd \"$1\"; unset XDG_CACHE_HOME; HOME=$3 exec \"$VMA\" cat --copy \"$2\" drive-scsi0", scratch.Path, archive, home).Run();
        Told.Failure(result, "$XDG_CACHE_HOME");
        Assert.Equal(["a.vma.gz"], scratch.Entries);
    }

    [Fact]
    public void A_copy_that_cannot_be_made_is_told_with_its_own_path()
    {
        using var scratch = new Scratch();
        string archive = scratch.File("a.vma.gz", Tool.Compress("gzip", Places.Golden("three-disks.vma"))), cache = scratch.File("file");
        VmaResult result = VmaCall.Shell("XDG_CACHE_HOME=\"$1\" exec \"$VMA\" cat --copy \"$2\" drive-scsi0", cache, archive).Run();
        Told.Failure(result, $"its seekable copy '{cache}/vma' cannot be made: ");
    }

    [Fact]
    public void A_cache_without_room_is_told_before_the_copy()
    {
        using var scratch = new Scratch();
        string archive = scratch["a.vma.gz"], cache = scratch.Mount("cache", "size=2m");
        VmaCall.Run("create", archive, "-d", scratch.File("disk.raw", Images.Noise(4 << 20)), "--compress", "gzip:1").Succeeded();
        VmaResult result = VmaCall.Shell("XDG_CACHE_HOME=\"$1\" exec \"$VMA\" cat --copy \"$2\" disk0", cache, archive).Run();
        Told.Failure(result, "the seekable copy needs about 5 MiB in");
        Assert.Empty(Scratch.Names(scratch["cache/vma"]));
    }

    [Fact]
    public void An_interrupted_copy_is_taken_back()
    {
        using var scratch = new Scratch();
        VmaCall.Run("create", scratch["a.vma.gz"], "-d", scratch.File("disk.raw", Images.Noise(32 << 20)), "--compress", "gzip:1").Succeeded();
        using VmaProcess process = VmaCall.Shell("export XDG_CACHE_HOME=\"$1\"; exec \"$VMA\" serve \"$2\" --copy -s \"$3\"", scratch["cache"],
            scratch["a.vma.gz"], scratch["socket"]).Start();
        Wait.Until(() => Directory.Exists(scratch["cache/vma"]) && Scratch.Names(scratch["cache/vma"]).Length > 0);
        process.Signal(Native.Terminate);
        Assert.Contains(process.Finish().ExitCode, (int[])[130, 0]); // 0 when it was done and served already
        Assert.DoesNotContain(Scratch.Names(scratch["cache/vma"]), name => name.Contains(".partial-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("repack --sort \"$1\" \"$2\"")]
    [InlineData("convert \"$1\" \"$2.ova\"")]
    public void A_directory_for_temporary_files_that_is_missing_is_named_and_not_made(string call)
    {
        using var scratch = new Scratch();
        string missing = scratch["missing"], archive = scratch["a.vma.gz"];
        using (var gzip = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(Places.Golden("size-5k.vma")));
        }

        VmaResult result = VmaCall.Shell($"TMPDIR=\"$3\" exec \"$VMA\" {call}", archive, scratch["new"], missing).Run();
        Told.Failure(result, $"there is no directory '{missing}'");
        Assert.Equal(["a.vma.gz"], scratch.Entries);
    }

    [Fact]
    public void A_server_names_the_directory_in_which_it_can_make_no_socket()
    {
        using var scratch = new Scratch();
        string notOne = scratch.File("file");
        VmaResult result = VmaCall.Shell("TMPDIR=\"$2\" exec \"$VMA\" serve \"$1\"", Places.Golden("size-5k.vma"), notOne).Run();
        Told.Failure(result, $"cannot make a directory in '{notOne}");
    }

    [Fact]
    public void A_working_directory_that_is_gone_is_told()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell("mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && exec \"$VMA\" convert \"$2\" out/", scratch["gone"],
            Places.Golden("size-5k.vma")).Run();
        Told.Failure(result, "the working directory does not exist any more");
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_refused_and_not_changed()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell("exec \"$VMA\" create \"$1/$(printf 'a\\377').vma\" -c \"$2\"", scratch.Path, scratch.File("a.conf", 1)).Run();
        Told.Usage(result, "is not UTF-8");
        Assert.Equal(["a.conf"], scratch.Entries);
        VmaCall.Run("create", scratch["\uFFFD.vma"], "-c", scratch["a.conf"]).Succeeded();
    }
}
