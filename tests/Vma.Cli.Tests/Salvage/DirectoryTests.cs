// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Salvage;

/// <summary>The directory that is salvaged to: never one that holds something, for one vma at a time, and usable again after it was killed.</summary>
public sealed class DirectoryTests
{
    [Theory]
    [InlineData("something")]
    [InlineData("qemu-server.conf")]
    [InlineData("disk-a.raw")]
    [InlineData("salvage.json")]
    public void A_directory_that_holds_something_is_refused_and_untouched(string name)
    {
        using Patient patient = new();
        Directory.CreateDirectory(patient.Out);
        patient.Scratch.File($"out/{name}", [.. "precious"u8]);
        Told.Failure(patient.Salvage(), $"'{name}' is there");
        Assert.Equal([name], Scratch.Names(patient.Out));
        Assert.Equal("precious", File.ReadAllText(Path.Combine(patient.Out, name)));
    }

    [Fact]
    public void An_empty_directory_is_fine_and_a_finished_one_is_not_written_over()
    {
        using Patient patient = new();
        Directory.CreateDirectory(patient.Out);
        patient.Salvage().Succeeded();
        Told.Failure(patient.Salvage(), "is not empty");
        Assert.Equal(patient.Image, patient.Salvaged());
    }

    [Fact]
    public void A_missing_archive_makes_no_directory()
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Run("salvage", scratch["a.vma"], scratch["out"]), "no such file");
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_killed_salvage_can_be_run_again(bool withoutHeader)
    {
        using Patient patient = new(length: 130 * Patient.ClusterSize);
        byte[] archive = File.ReadAllBytes(patient.Archive);
        if (withoutHeader)
        {
            archive.AsSpan(0, patient.HeaderLength).Clear();
            File.WriteAllBytes(patient.Archive, archive);
        }

        string name = withoutHeader ? "disk-device-1.raw" : "disk-a.raw";
        using var ended = new ManualResetEventSlim();
        using VmaProcess process = StartWithoutEnd(patient, archive, ended, name);
        process.Signal(Native.Kill);
        process.Finish();
        ended.Set();
        Assert.DoesNotContain(Scratch.Names(patient.Out), file => file.StartsWith("disk-", StringComparison.Ordinal));

        Assert.Equal(withoutHeader ? 3 : 0, patient.Salvage().ExitCode);
        Assert.DoesNotContain(Scratch.Names(patient.Out), file => file.StartsWith("tmp-", StringComparison.Ordinal));
        Assert.Equal(patient.Image, patient.Salvaged(name));
    }

    [Fact]
    public void An_interrupted_salvage_leaves_nothing()
    {
        using Patient patient = new(length: 130 * Patient.ClusterSize);
        using var ended = new ManualResetEventSlim();
        using VmaProcess process = StartWithoutEnd(patient, File.ReadAllBytes(patient.Archive), ended, "disk-a.raw");
        process.Signal(Native.Interrupt);
        Wait(() => process.HasExited);
        ended.Set();
        Assert.Equal("vma: interrupted", Told.LastWord(130, process.Finish()));
        Assert.False(Directory.Exists(patient.Out));
    }

    [Theory]
    [InlineData("salvage")]
    [InlineData("extract")]
    public void Two_calls_for_one_directory_exclude_each_other(string verb)
    {
        using Patient patient = new(length: 130 * Patient.ClusterSize);
        using var ended = new ManualResetEventSlim();
        byte[] archive = File.ReadAllBytes(patient.Archive);
        using VmaProcess first = StartWithoutEnd(patient, archive, ended, "disk-a.raw", verb);
        Assert.All(["salvage", "extract"], second => Told.Failure(VmaCall.Run(second, patient.Archive, patient.Out), "another vma is extracting to"));
        ended.Set();
        first.Finish().Succeeded();
        Assert.Equal(patient.Image, patient.Salvaged());
    }

    [Fact]
    public void A_full_disk_is_told_and_leaves_nothing()
    {
        using Patient patient = new(length: 40 * Patient.ClusterSize);
        string small = patient.Scratch.Mount("small", "size=1m");
        Assert.Contains("--ignore-space", Told.OneLine(1, VmaCall.Run("salvage", patient.Archive, $"{small}/out")), StringComparison.Ordinal);
        Assert.Empty(Scratch.Names(small));
        VmaResult result = VmaCall.Run("salvage", "--ignore-space", patient.Archive, $"{small}/out");
        Assert.Contains("no space left on device", Told.LastWord(1, result), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Scratch.Names(small));
    }

    /// <summary>Starts a call whose archive does not end before that is said, and waits until it has made the disk's temporary file.</summary>
    private static VmaProcess StartWithoutEnd(Patient patient, byte[] archive, ManualResetEventSlim end, string disk, string verb = "salvage")
    {
        var call = new VmaCall(verb, "-", patient.Out)
        {
            Feed = input =>
            {
                input.Write(archive.AsSpan(0, archive.Length / 2));
                end.Wait(TimeSpan.FromSeconds(30));
                input.Write(archive.AsSpan(archive.Length / 2));
            },
        };
        VmaProcess process = call.Start();
        Wait(() => File.Exists(Path.Combine(patient.Out, $"tmp-{disk}")));
        return process;
    }

    private static void Wait(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "what was waited for did not come");
            Thread.Sleep(2);
        }
    }
}
