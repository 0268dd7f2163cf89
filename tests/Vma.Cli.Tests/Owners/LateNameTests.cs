// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Owners;

/// <summary>A file that appears under the final name while the command works is somebody's file.</summary>
public sealed class LateNameTests
{
    private static readonly byte[] Archive = File.ReadAllBytes(Places.Golden("three-disks.vma"));

    [Theory]
    [InlineData("repack - \"$1/new.vma\"", "new.vma", "new.vma.partial-*")]
    [InlineData("extract - \"$1/out\"", "out/disk-drive-scsi0.raw", "out/tmp-*")]
    [InlineData("extract - \"$1/out\"", "out/disk-drive-efidisk0.raw", "out/tmp-*")]
    [InlineData("salvage - \"$1/out\"", "out/disk-drive-scsi0.raw", "out/tmp-*")]
    [InlineData("salvage - \"$1/out\"", "out/disk-drive-efidisk0.raw", "out/tmp-*")]
    [InlineData("salvage - \"$1/out\"", "out/salvage.json", "out/tmp-*")]
    public void It_is_never_replaced(string call, string name, string unfinished)
    {
        using var scratch = new Scratch();
        using var end = new ManualResetEventSlim();
        using VmaProcess process = new VmaCall("-c", $"exec \"$VMA\" {call}", "sh", scratch.Path)
        {
            Program = "/bin/sh",
            Feed = stream =>
            {
                stream.Write(Archive, 0, Archive.Length / 2);
                stream.Flush();
                end.Wait(TimeSpan.FromSeconds(30));
                stream.Write(Archive, Archive.Length / 2, Archive.Length - Archive.Length / 2);
            },
        }.Start();
        string directory = Path.GetDirectoryName(scratch[name])!;
        Wait.Until(() => Directory.Exists(directory) && Directory.GetFiles(scratch.Path, unfinished).Length > 0);
        scratch.File(name, [.. "precious"u8]);
        end.Set();
        VmaResult result = process.Finish();
        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith(": file exists", result.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal([scratch[name]], Directory.GetFiles(scratch.Path, "*", SearchOption.AllDirectories));
        Assert.Equal("precious", File.ReadAllText(scratch[name]));
    }
}
