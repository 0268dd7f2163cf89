// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

/// <summary>A frame or block that fails as a whole still holds what was decoded before its fault; seals tell what of it is right.</summary>
public sealed class DamagedFrameTests
{
    private const int Clusters = 30;

    [Theory]
    [InlineData("zstd -1 -c", true)]
    [InlineData("zstd -1 -c", false)]
    public void Of_an_archive_in_one_frame_everything_before_the_fault_is_saved_when_it_is_sealed(string command, bool isSealed)
    {
        byte[] content = Pattern.Full(Clusters * 65536);
        byte[] plain = new ArchiveBuilder { Sealed = isSealed, PromisesSeals = isSealed }.WholeDisk(1, "disk", content, perExtent: 3).Build();
        byte[] compressed = Tool.Run(command + $" --stream-size={plain.Length}", plain);
        Assert.InRange(plain.Length, 0, 8 << 20);
        byte[] damaged = ArchiveBuilder.Overwrite(compressed, compressed.Length * 3 / 4, [.. Enumerable.Repeat((byte)0xff, 64)]);
        var disk = new GrowingDisk(content.Length, readsAsZeroes: true);
        using var reader = new VmaSalvageReader(new MemoryStream(damaged));
        VmaSalvagedDevice saved = VmaSalvage.Run(reader, _ => disk).Devices[0];
        byte[] got = disk.Content(content.Length);
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            bool isLost = saved.Lost.Any(range => range.Offset <= cluster * 65536L && range.Offset + range.Length > cluster * 65536L);
            Assert.True(isLost || got.AsSpan(cluster * 65536, 65536).SequenceEqual(content.AsSpan(cluster * 65536, 65536)), $"cluster {cluster} is wrong");
        }

        Assert.True(isSealed ? saved.RecoveredClusters >= Clusters / 2 : saved.LostBytes > 0, $"{saved.RecoveredClusters} clusters were saved");
    }
}
