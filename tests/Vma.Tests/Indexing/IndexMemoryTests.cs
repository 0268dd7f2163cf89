// SPDX-License-Identifier: MIT

namespace Vma.Tests.Indexing;

/// <summary>The memory that random access takes for each TiB of disk is at most what the pages say.</summary>
public sealed class IndexMemoryTests
{
    /// <summary>Opening refuses an index that is larger than its limit.</summary>
    [Theory]
    [InlineData(12, 128, true)]
    [InlineData(265, 8, false)]
    public void An_index_takes_no_more_memory_per_TiB_than_the_pages_say(int mebibytes, int gibibytes, bool isInOrder)
    {
        byte[] archive = Write(gibibytes * (1 << 30 >> 16), isInOrder);
        long said = ((long)mebibytes << 20) * gibibytes / 1024;
        using var opened = VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { IndexBytes = said });
        Assert.Empty(opened.Findings);
    }

    private static byte[] Write(int clusters, bool isInOrder)
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output, leaveOpen: true);
        VmaDeviceWriter device = writer.AddDevice("disk", (long)clusters * VmaCluster.Size);
        if (isInOrder)
        {
            device.WriteZeroes(0, clusters);
        }
        else
        {
            int[] order = [.. Enumerable.Range(0, clusters)];
            new Random(1).Shuffle(order);
            Array.ForEach(order, number => device.WriteZeroes(number, 1));
        }

        writer.Commit();
        return output.ToArray();
    }
}
