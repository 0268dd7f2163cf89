// SPDX-License-Identifier: MIT

using Vma.Disks;

namespace Vma.Tests.Support;

/// <summary>Archives in all forms that can be read anywhere.</summary>
internal static class ArchiveForms
{
    public static TheoryData<string> All => ["plain", "sealed", "zst", "unsealed zst", "pzstd", "zstd frames", "lzo", "lzop file"];

    /// <summary>An archive of these disks, as <c>disk0</c>, <c>disk1</c> and so on, whose ids are 1, 2 and so on.</summary>
    public static byte[] Make(string form, byte[][] disks, int perExtent = 58) => form switch
    {
        "plain" => Write(disks, perExtent, seal: false),
        "sealed" => Write(disks, perExtent),
        "zst" => Write(disks, perExtent, VmaCompression.Zstd(1)),
        "unsealed zst" => Write(disks, perExtent, VmaCompression.Zstd(1), seal: false),
        "lzo" => Write(disks, perExtent, VmaCompression.Lzo),
        "gzip" => Write(disks, perExtent, VmaCompression.Gzip(1)),
        "pzstd" => Tool.Run("pzstd -1 -c", Write(disks, perExtent)),
        "zstd frames" => Tool.RunOnParts("zstd -1 -c", Write(disks, perExtent), 777_777),
        "lzop file" => Tool.Run("lzop -1 -c", Write(disks, perExtent)),
        "zstd" => Tool.Run("zstd -1 -c", [.. Write(disks, perExtent), .. new byte[9 << 20]]),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, null),
    };

    private static byte[] Write(byte[][] disks, int perExtent, VmaCompression? compression = null, bool seal = true)
    {
        var output = new MemoryStream();
        var options = new VmaWriterOptions { Compression = compression ?? VmaCompression.None, Seal = seal, ClustersPerExtent = perExtent };
        using var writer = new VmaWriter(output, options, leaveOpen: true);
        writer.AddConfig("a.conf", "name: a"u8);
        writer.Copy(disks.Select((disk, i) => (Device: writer.AddDevice($"disk{i}", disk.Length), Disk: disk))
            .ToDictionary(pair => pair.Device, pair => (IBlockSource)new MemoryDisk(pair.Disk)));
        writer.Commit();
        return output.ToArray();
    }
}
