// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Extract;

/// <summary>The directory that is extracted to: never one that holds something, and usable again after a failure.</summary>
public sealed class DirectoryTests
{
    private static readonly string Archive = Places.Golden("three-disks.vma");

    [Theory]
    [InlineData("something")]
    [InlineData("qemu-server.conf")]
    [InlineData("disk-drive-scsi0.raw")]
    public void A_directory_that_holds_something_is_refused_and_untouched(string name)
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["out"]);
        scratch.File($"out/{name}", [.. "precious"u8]);
        Told.Failure(VmaCall.Run("extract", Archive, scratch["out"]), $"'{name}' is there");
        Assert.Equal([name], Scratch.Names(scratch["out"]));
        Assert.Equal("precious", File.ReadAllText(scratch[$"out/{name}"]));
    }

    [Fact]
    public void An_empty_directory_is_fine()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["out"]);
        VmaCall.Run("extract", Archive, scratch["out"]).Succeeded();
        Assert.NotEmpty(Scratch.Names(scratch["out"]));
    }

    [Fact]
    public void An_empty_directory_stays_after_a_failure()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["out"]);
        Told.Damage(VmaCall.Run("extract", Cut(scratch), scratch["out"]));
        Assert.Empty(Scratch.Names(scratch["out"]));
        VmaCall.Run("extract", Archive, scratch["out"]).Succeeded();
    }

    [Fact]
    public void A_failed_extract_can_be_run_again()
    {
        using var scratch = new Scratch();
        Told.Damage(VmaCall.Run("extract", Cut(scratch), scratch["out"]));
        VmaCall.Run("extract", Archive, scratch["out"]).Succeeded();
        AssertWhole(scratch["out"]);
    }

    [Fact]
    public void A_finished_extract_is_not_run_over()
    {
        using var scratch = new Scratch();
        VmaCall.Run("extract", Archive, scratch["out"]).Succeeded();
        Assert.Equal(1, VmaCall.Run("extract", Archive, scratch["out"]).ExitCode);
        AssertWhole(scratch["out"]);
    }

    [Fact]
    public void A_killed_extract_leaves_nothing_that_looks_finished_and_can_be_run_again()
    {
        using var scratch = new Scratch();
        byte[] archive = File.ReadAllBytes(Archive);
        using var half = new ManualResetEventSlim();
        var call = new VmaCall("extract", "-", scratch["out"])
        {
            Feed = input =>
            {
                input.Write(archive.AsSpan(0, archive.Length / 2));
                half.Wait(TimeSpan.FromSeconds(30));
            },
        };
        using VmaProcess process = call.Start();
        process.WaitForOutput("DEVINFO ");
        process.Signal(Native.Kill);
        half.Set();
        process.Finish();
        Assert.DoesNotContain(Scratch.Names(scratch["out"]), name => name.StartsWith("disk-", StringComparison.Ordinal));
        Assert.Contains("tmp-disk-drive-scsi0.raw", Scratch.Names(scratch["out"]));

        VmaCall.Run("extract", Archive, scratch["out"]).Succeeded();
        AssertWhole(scratch["out"]);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/null/x")]
    [InlineData("/proc/vma-test")]
    public void A_directory_that_cannot_be_made_is_named(string directory) => Told.Failure(VmaCall.Run("extract", Archive, directory), directory);

    [Fact]
    public void A_directory_in_which_nothing_can_be_made_is_named()
    {
        using var scratch = new Scratch();
        string directory = scratch.ReadOnlyDirectory();
        Told.Failure(VmaCall.Run("extract", Archive, directory), directory);
        Told.Failure(VmaCall.Run("extract", Archive, $"{directory}/sub"), $"{directory}/sub");
        Assert.Empty(Scratch.Names(directory));
    }

    private static string Cut(Scratch scratch) => scratch.File("cut.vma", File.ReadAllBytes(Archive)[..^5000]);

    private static void AssertWhole(string directory)
    {
        GoldenArchive golden = GoldenSet.Find("three-disks.vma");
        Assert.Equal(golden.Configs.Select(config => config.Name).Concat(golden.Devices.Select(device => device.FileName))
            .Order(StringComparer.Ordinal), Scratch.Names(directory));
        Assert.All(golden.Devices, device => Assert.Equal(device.ImageSha256, Images.Sha256(Path.Combine(directory, device.FileName))));
    }
}
