// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Owners;

/// <summary>What the command makes only its owner can read, whatever the umask lets others do.</summary>
public sealed class ModeTests
{
    private const UnixFileMode File0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Directory0700 = File0600 | UnixFileMode.UserExecute;
    private static readonly string Archive = Places.Golden("three-disks.vma");

    [Theory]
    [InlineData("022", "extract \"$1\" new/dir")]
    [InlineData("000", "extract \"$1\" new/dir")]
    [InlineData("077", "extract \"$1\" new/dir")]
    [InlineData("000", "extract --format qcow2 \"$1\" new/dir")]
    [InlineData("000", "extract --format vmdk -o subformat=streamOptimized \"$1\" new/dir")]
    [InlineData("000", "salvage \"$1\" new/dir")]
    [InlineData("000", "restore --qemu new/dir \"$1\"")]
    [InlineData("000", "convert \"$1\" new/dir/")]
    [InlineData("022", "repack \"$1\" a.vma.zst")]
    [InlineData("000", "repack \"$1\" a.vma")]
    [InlineData("077", "repack \"$1\" a.vma")]
    [InlineData("000", "convert \"$1\" a.ova")]
    [InlineData("000", "create a.vma -d format=raw:a=\"$1\"")]
    public void Only_the_owner_can_read_what_is_made(string umask, string call)
    {
        if (call.Contains("--format", StringComparison.Ordinal))
        {
            Tool.Need("qemu-img");
        }

        using var scratch = new Scratch();
        VmaCall.Shell($"cd \"$2\" && umask {umask} && exec \"$VMA\" {call}", Archive, scratch.Path).Run().Succeeded();
        AssertPrivate(scratch.Path);
    }

    [Fact]
    public void A_kept_guest_is_private_too()
    {
        Tool.Need("qemu-system-x86_64");
        using var scratch = new Scratch();
        using VmaProcess process = VmaCall.Shell(
            "umask 000; exec \"$VMA\" boot \"$1\" --keep \"$2/kept\" --memory 64M -- -accel tcg -display none -serial \"file:$2/serial\"",
            Archive, scratch.Path).Start();
        Wait.Until(() => File.Exists(scratch["serial"]));
        File.Delete(scratch["serial"]);
        AssertPrivate(scratch.Path);
        process.Signal(Native.Terminate);
        process.Finish();
    }

    [Fact]
    public void A_directory_that_existed_keeps_its_mode()
    {
        using var scratch = new Scratch();
        string directory = Directory.CreateDirectory(scratch["dir"]).FullName;
        const UnixFileMode Shared = Directory0700 | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(directory, Shared);
        VmaCall.Run("extract", Archive, directory).Succeeded();
        Assert.Equal(Shared, File.GetUnixFileMode(directory));
        Assert.All(Directory.GetFiles(directory), path => Assert.Equal(File0600, File.GetUnixFileMode(path)));
    }

    [Fact]
    public void What_exists_keeps_its_mode()
    {
        using var scratch = new Scratch();
        const UnixFileMode Shared = File0600 | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        string fifo = scratch.Fifo("fifo"), image = scratch.File("image.raw", new byte[5632]);
        string archive = Archives.Write(scratch["a.vma"], new byte[5632]);
        string map = scratch.File("map", System.Text.Encoding.UTF8.GetBytes($"format=raw:0:a={image}\n"));
        File.SetUnixFileMode(fifo, Shared);
        File.SetUnixFileMode(image, Shared);
        VmaCall.Run("extract", archive, scratch["out"], "-r", map).Succeeded();
        VmaCall.Shell("cat \"$1\" > /dev/null & \"$VMA\" repack \"$2\" \"$1\"; code=$?; wait; exit $code", fifo, archive).Run().Succeeded();
        Assert.Equal((Shared, Shared), (File.GetUnixFileMode(fifo), File.GetUnixFileMode(image)));
    }

    [Fact]
    public void The_file_that_repack_sorts_from_is_private()
    {
        using var scratch = new Scratch();
        using var end = new ManualResetEventSlim();
        byte[] archive = File.ReadAllBytes(Archive);
        using VmaProcess process = new VmaCall("-c", "umask 000; TMPDIR=\"$1\" exec \"$VMA\" repack --sort - \"$1/new.vma\"", "sh", scratch.Path)
        {
            Program = "/bin/sh",
            Feed = stream =>
            {
                stream.Write(archive, 0, archive.Length / 2);
                stream.Flush();
                end.Wait(TimeSpan.FromSeconds(30));
                stream.Write(archive, archive.Length / 2, archive.Length - archive.Length / 2);
            },
        }.Start();
        Wait.Until(() => Spool(process.Id) is not null);
        UnixFileMode mode = File.GetUnixFileMode(Spool(process.Id)!);
        end.Set();
        process.Finish().Succeeded();
        Assert.Equal(File0600, mode);
    }

    private static string? Spool(int process) =>
        Directory.GetFiles($"/proc/{process}/fd")
            .FirstOrDefault(path => new FileInfo(path).LinkTarget?.Contains("vma-repack-", StringComparison.Ordinal) == true);

    private static void AssertPrivate(string directory)
    {
        string[] entries = Directory.GetFileSystemEntries(directory, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(entries);
        Assert.All(entries, path => Assert.Equal(Directory.Exists(path) ? Directory0700 : File0600, File.GetUnixFileMode(path)));
    }
}
