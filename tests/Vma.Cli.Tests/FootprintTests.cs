// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests;

/// <summary>Memory does not follow the size of a disk, and a small question is answered at once.</summary>
public sealed class FootprintTests
{
    private const long Limit = 64 << 20;
    private const long DiskSize = 20L << 30;

    [Fact]
    public void A_disk_of_20_GiB_is_stored_and_restored_in_64_MiB_of_memory()
    {
        using var scratch = new Scratch();
        Images.Sparse(scratch["disk.raw"], DiskSize, 0, 5L << 30, DiskSize - (1 << 20));
        AssertSmall("create", scratch["a.vma"], "-d", $"format=raw:a={scratch["disk.raw"]}");
        AssertSmall("extract", "--no-sync", scratch["a.vma"], scratch["out"]);
        AssertSmall("verify", scratch["a.vma"]);
        Assert.Equal(DiskSize, new FileInfo(scratch["out/disk-a.raw"]).Length);
        Assert.InRange(Images.AllocatedBytes(scratch["out/disk-a.raw"]), 3 << 20, (3 << 20) + 65536);
    }

    [Fact]
    public void A_disk_full_of_data_takes_no_more_memory()
    {
        using var scratch = new Scratch();
        scratch.File("disk.raw", Images.Noise(192 << 20));
        AssertSmall("create", "--no-sync", scratch["a.vma"], "-d", $"format=raw:a={scratch["disk.raw"]}");
        AssertSmall("extract", "--no-sync", scratch["a.vma"], scratch["out"]);
        Assert.Equal(Images.Sha256(scratch["disk.raw"]), Images.Sha256(scratch["out/disk-a.raw"]));
    }

    [Fact]
    public void A_small_archive_is_listed_at_once()
    {
        VmaCall.Run("list", Places.Golden("size-5k.vma"));
        double fastest = Enumerable.Range(0, 10).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            VmaCall.Run("list", Places.Golden("size-5k.vma")).Succeeded();
            return watch.Elapsed.TotalMilliseconds;
        });
        Assert.InRange(fastest, 0, 500);
    }

    private static void AssertSmall(params string[] arguments)
    {
        using VmaProcess process = new VmaCall(arguments).Start();
        long peak = 0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, process.PeakMemory);
            Thread.Sleep(1);
        }

        process.Finish().Succeeded();
        Assert.InRange(peak, 1, Limit);
    }
}
