// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

/// <summary>Damaged archives: what the damage hit fails, and everything else reads right.</summary>
public sealed class DamageTests
{
    private const int Cluster = ArchiveBuilder.Cluster;

    [Fact]
    public void A_flipped_bit_in_the_data_fails_just_its_cluster() =>
        Property.ForSeeds(30, (random, seed) =>
        {
            byte[] content = Pattern.Patchy(random.Next(1, 20 * Cluster), random);
            byte[] archive = Sealed(content, random.Next(1, 8));
            MapSlot[] stored = [.. new ArchiveMap(archive).Extents.SelectMany(extent => extent.Slots).Where(slot => slot.Length > 0)];
            if (stored.Length == 0)
            {
                return;
            }

            MapSlot hit = stored[random.Next(stored.Length)];
            ArchiveBuilder.FlipBitInPlace(archive, (hit.DataOffset + random.NextInt64(hit.Length)) * 8 + random.Next(8));
            AssertOnlyFails(archive, content, [hit.Cluster], VmaFaultCode.DataChecksum);
        });

    [Fact]
    public void A_damaged_extent_header_fails_the_clusters_it_had() =>
        Property.ForSeeds(30, (random, seed) =>
        {
            byte[] content = Pattern.Full(random.Next(1, 20 * Cluster), seed);
            byte[] archive = Sealed(content, random.Next(1, 8));
            List<MapExtent> extents = new ArchiveMap(archive).Extents;
            MapExtent hit = extents[random.Next(extents.Count)];
            ArchiveBuilder.FlipBitInPlace(archive, hit.Offset * 8L + random.Next(512 * 8));
            AssertOnlyFails(archive, content, [.. hit.Slots.Select(slot => slot.Cluster)], VmaFaultCode.MissingClusters);
            Assert.Throws<VmaException>(() => VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { RefuseDamaged = true }));
        });

    [Fact]
    public void A_damaged_seal_fails_the_data_that_it_vouched_for()
    {
        byte[] content = Pattern.Full(10 * Cluster);
        byte[] archive = Sealed(content, perExtent: 2);
        MapExtent hit = new ArchiveMap(archive).Extents[2];
        ArchiveBuilder.FlipBitInPlace(archive, (hit.End + 100) * 8L);
        AssertOnlyFails(archive, content, [4, 5], VmaFaultCode.SealMissing);
        using var trusting = VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { VerifyData = false });
        Assert.Equal(content, ReadAll(trusting));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_lost_from_the_data_never_come_as_other_bytes(bool seal) =>
        Property.ForSeeds(30, (random, seed) =>
        {
            byte[] content = Pattern.Full(random.Next(Cluster, 20 * Cluster), seed);
            byte[] archive = new ArchiveBuilder { Sealed = seal, PromisesSeals = seal }.WholeDisk(1, "disk", content, random.Next(1, 8)).Build();
            List<MapExtent> extents = new ArchiveMap(archive).Extents;
            int index = random.Next(extents.Count);
            MapExtent hit = extents[index];
            int count = random.Next(1, 5000);
            int at = hit.Offset + 512 + random.Next(hit.End - hit.Offset - 512 - Math.Min(count, 4096) + 1);
            archive = ArchiveBuilder.Remove(archive, at, Math.Min(count, hit.End - at));
            using var opened = VmaArchive.Open(new MemoryStream(archive));
            Assert.Contains(opened.Findings, fault => fault.Code is VmaFaultCode.DataCut or VmaFaultCode.ExtentMagic or VmaFaultCode.TrailingBytes);
            VmaDisk disk = opened.OpenDisk("disk");
            var others = new HashSet<uint>(extents.Where(extent => extent != hit).SelectMany(extent => extent.Slots).Select(slot => slot.Cluster));
            for (uint cluster = 0; cluster < disk.Device.ClusterCount; cluster++)
            {
                byte[] expected = content[(int)(cluster * Cluster)..Math.Min(content.Length, (int)(cluster + 1) * Cluster)];
                byte[]? read = TryRead(disk, cluster * Cluster, expected.Length);
                bool isLast = !seal && index == extents.Count - 1;
                Assert.True(read is null ? !others.Contains(cluster) : isLast || read.AsSpan().SequenceEqual(expected), $"cluster {cluster}");
            }
        });

    [Fact]
    public void An_archive_that_was_cut_gives_what_is_left()
    {
        byte[] content = Pattern.Full(12 * Cluster);
        byte[] archive = Sealed(content, perExtent: 4);
        MapExtent second = new ArchiveMap(archive).Extents[1];
        AssertOnlyFails(archive[..(second.Slots[2].DataOffset + 10)], content, [4, 5, 6, 7, 8, 9, 10, 11], null);
        byte[] plain = new ArchiveBuilder().WholeDisk(1, "disk", content, 4).Build();
        second = new ArchiveMap(plain).Extents[1];
        AssertOnlyFails(plain[..(second.Slots[2].DataOffset + 10)], content, [6, 7, 8, 9, 10, 11], null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hole_behind_data_that_was_cut_off_reads_as_zeros(bool isCompressed)
    {
        byte[] plain = new ArchiveBuilder().Device(1, "disk", 2 * Cluster).Extent(extent => extent.Slot(1, 0, 0x00ff).Slot(1, 1)).Build()[..^5000];
        byte[] archive = isCompressed ? SeekableDraft.FrameOf(plain) : plain;
        using var opened = VmaArchive.Open(new MemoryStream(archive));
        byte[] hole = Pattern.Full(Cluster);
        opened.OpenDisk("disk").ReadAt(Cluster, hole);
        Assert.Equal(new byte[Cluster], hole);
    }

    [Fact]
    public void A_cluster_that_is_there_twice_fails_and_one_that_never_came_too()
    {
        var builder = new ArchiveBuilder().Device(1, "disk", 6 * Cluster);
        byte[] content = Pattern.Full(6 * Cluster);
        ExtentDraft first = builder.Extent(), second = builder.Extent();
        foreach (uint cluster in (uint[])[0, 1, 2, 5])
        {
            first.Cluster(1, cluster, content.AsSpan((int)cluster * Cluster, Cluster));
        }

        second.Cluster(1, 3, content.AsSpan(3 * Cluster, Cluster));
        second.Cluster(1, 1, content.AsSpan(2 * Cluster, Cluster));
        byte[] archive = builder.Build();
        AssertOnlyFails(archive, content, [1, 4], null);
        using var opened = VmaArchive.Open(new MemoryStream(archive));
        VmaDisk disk = opened.OpenDisk("disk");
        Assert.Equal(VmaFaultCode.DuplicateCluster, Assert.Throws<VmaException>(() => disk.ReadAt(Cluster + 5, new byte[1])).Fault.Code);
        Assert.Equal(VmaFaultCode.MissingClusters, Assert.Throws<VmaException>(() => disk.ReadAt(4 * Cluster, new byte[1])).Fault.Code);
        Assert.False(disk.StatusAt(4 * Cluster).ReadsAsZeroes);
    }

    [Theory]
    [InlineData("zst")]
    [InlineData("zstd frames")]
    [InlineData("pzstd")]
    [InlineData("lzo")]
    [InlineData("lzop file")]
    public void A_damaged_part_of_a_compressed_archive_never_comes_as_other_bytes(string form) =>
        Property.ForSeeds(12, (random, seed) =>
        {
            byte[] content = Pattern.Patchy(random.Next(Cluster, 40 * Cluster), random);
            byte[] archive = ArchiveForms.Make(form, [content], random.Next(2, 8));
            ArchiveBuilder.FlipBitInPlace(archive, random.NextInt64(archive.Length * 8L));
            VmaArchive opened;
            try
            {
                opened = VmaArchive.Open(new MemoryStream(archive));
            }
            catch (VmaException)
            {
                return; // the header's part, or the structure as a whole
            }

            using (opened)
            {
                VmaDisk disk = opened.OpenDisk("disk0");
                for (int at = 0; at < content.Length; at += Cluster)
                {
                    byte[] expected = content[at..Math.Min(content.Length, at + Cluster)];
                    Assert.True(TryRead(disk, at, expected.Length) is not { } read || read.AsSpan().SequenceEqual(expected), $"cluster at {at}");
                }
            }
        });

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 4)]
    public void A_damaged_frame_fails_just_the_cluster_it_hit_and_without_checking_them_its_extent(bool verify, int failing)
    {
        byte[] content = Pattern.Full(40 * Cluster);
        byte[] archive = ArchiveForms.Make("zst", [content], perExtent: 4);
        // Random bytes are stored as they are, so nine twentieths of the ten extents are the middle of the fifth one's data.
        archive[archive.Length * 9 / 20] ^= 1;
        using var opened = VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { VerifyData = verify });
        VmaDisk disk = opened.OpenDisk("disk0");
        int[] failed = [.. Enumerable.Range(0, 40).Where(cluster => TryRead(disk, cluster * Cluster, Cluster) is null)];
        Assert.Equal(failing, failed.Length);
        VmaFault fault = Assert.Throws<VmaException>(() => disk.ReadAt((failed[0] * Cluster) + 1, new byte[1])).Fault;
        Assert.Equal(VmaFaultCode.CompressedData, fault.Code);
        Assert.NotNull(fault.CompressedOffset);
    }

    private static byte[] Sealed(byte[] content, int perExtent) =>
        new ArchiveBuilder { Sealed = true, PromisesSeals = true }.WholeDisk(1, "disk", content, perExtent).Build();

    /// <summary>Each cluster reads right, in whole and in part, but for some which fail, in whole and in part, with their place.</summary>
    private static void AssertOnlyFails(byte[] archive, byte[] content, uint[] failing, VmaFaultCode? code)
    {
        using var opened = VmaArchive.Open(new MemoryStream(archive));
        VmaDisk disk = opened.OpenDisk("disk");
        for (uint cluster = 0; cluster < disk.Device.ClusterCount; cluster++)
        {
            int start = (int)cluster * Cluster, length = Math.Min(Cluster, content.Length - start);
            var buffer = new byte[length];
            if (!failing.Contains(cluster))
            {
                disk.ReadAt(start + length - 1, buffer.AsSpan(0, 1));
                Assert.Equal(content[start + length - 1], buffer[0]);
                disk.ReadAt(start, buffer);
                Assert.True(content.AsSpan(start, length).SequenceEqual(buffer));
                continue;
            }

            foreach (int part in (int[])[length, 1])
            {
                VmaFault fault = Assert.Throws<VmaException>(() => disk.ReadAt(start, buffer.AsSpan(0, part))).Fault;
                Assert.Equal((disk.Device.Id, cluster), (fault.DeviceId, fault.Cluster));
                Assert.Equal(code ?? fault.Code, fault.Code);
            }
        }
    }

    private static byte[]? TryRead(VmaDisk disk, long offset, int length)
    {
        try
        {
            var buffer = new byte[length];
            disk.ReadAt(offset, buffer);
            return buffer;
        }
        catch (VmaException)
        {
            return null;
        }
    }

    private static byte[] ReadAll(VmaArchive archive)
    {
        var all = new MemoryStream();
        using Stream stream = archive.OpenDisk(archive.Manifest.Devices[0]).OpenStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
