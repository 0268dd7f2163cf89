// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Integrity;

[Slow]
public sealed class BitFlipTests
{
    private const int HeaderLength = 12800;

    [Theory]
    [InlineData(0, HeaderLength)]
    [InlineData(HeaderLength, HeaderLength + 512 + 4096 + 512 + 512)]
    public void Each_single_flipped_bit_of_a_small_sealed_archive_is_found(int from, int to)
    {
        byte[] archive = SealedSample.Smallest();
        Assert.Equal(HeaderLength + 512 + 4096 + 512 + 512, archive.Length);
        AssertFound(archive, Enumerable.Range(from * 8, (to - from) * 8).Select(bit => (long)bit));
    }

    [Fact]
    public void Each_single_flipped_bit_of_a_zero_extent_is_found()
    {
        byte[] archive = SealedSample.ZeroRuns();
        AssertFound(archive, Enumerable.Range((HeaderLength + 512) * 8, 512 * 8).Select(bit => (long)bit));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_flips_behind_the_header_of_a_sealed_archive_are_found(int seed) =>
        Property.ForSeeds(10, random =>
        {
            byte[] archive = SealedSample.Varied(random.Next() ^ seed);
            AssertFound(archive, Enumerable.Range(0, 500).Select(_ => random.NextInt64(HeaderLength * 8L, archive.Length * 8L)).ToArray());
        });

    [Fact]
    public void In_a_plain_archive_each_flip_outside_of_the_data_is_found() =>
        Property.ForSeeds(5, (random, seed) =>
        {
            byte[] archive = SealedSample.Varied(seed, seal: false);
            int[] headers = [.. MiniReader.Read(archive).Extents.Select(extent => extent.Offset)];
            AssertFound(archive, Enumerable.Range(0, 200).Select(_ => (headers[random.Next(headers.Length)] + random.Next(512)) * 8L + random.Next(8))
                .ToArray());
            AssertFound(archive, Enumerable.Range(0, 200).Select(_ => random.NextInt64(HeaderLength * 8L)).ToArray());
        });

    [Fact]
    public void A_flip_in_sealed_data_is_named_by_device_cluster_and_place_and_extract_stops_before_it_writes_it()
    {
        byte[] archive = SealedSample.Extents(3);
        int secondData = MiniReader.Read(archive).Extents[2].Offset + 512;
        byte[] damaged = ArchiveBuilder.FlipBit(archive, (secondData + 5000) * 8L);
        VmaFault fault = Assert.Single(Restored.Verify(damaged).Findings);
        Assert.Equal((VmaFaultCode.DataChecksum, secondData, (byte?)1, 1, 65536), (fault.Code, fault.Offset, fault.DeviceId, fault.Cluster, fault.DiskOffset));
        Assert.Equal("disk0", fault.DeviceName.ToString());
        Assert.Equal(fault, Assert.Throws<VmaException>(() => Restored.From(damaged)).Fault);

        using var reader = new VmaReader(new MemoryStream(damaged));
        var target = new GrowingDisk(3 * 65536);
        Assert.Throws<VmaException>(() => VmaExtract.Run(reader, new Dictionary<VmaDevice, IBlockTarget> { [reader.Manifest.Devices[0]] = target }));
        Assert.All(target.Content(2 * 65536)[65536..], value => Assert.Equal(0xee, value));
    }

    [Fact]
    public void An_extract_that_does_not_verify_data_restores_damaged_data_as_it_is()
    {
        byte[] archive = SealedSample.Extents(3);
        int data = MiniReader.Read(archive).Extents[2].Offset + 512;
        Restored restored = Restored.From(ArchiveBuilder.FlipBit(archive, data * 8L), new VmaExtractOptions { VerifyData = false });
        byte[] expected = Pattern.Full(3 * 65536);
        expected[65536] ^= 1;
        Assert.Equal(expected, restored.Contents[1]);
        Assert.False(restored.Report.DataChecked);
    }

    private static void AssertFound(byte[] archive, IEnumerable<long> bits) =>
        Parallel.ForEach(bits.Chunk(256), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, () =>
            (byte[])[.. archive], (some, _, scratch) =>
        {
            foreach (long bit in some)
            {
                ArchiveBuilder.FlipBitInPlace(scratch, bit);
                Assert.True(IsFound(scratch), $"a flip of bit {bit} (byte {bit / 8}) is not found");
                ArchiveBuilder.FlipBitInPlace(scratch, bit);
            }

            return scratch;
        }, _ => { });

    private static bool IsFound(byte[] archive)
    {
        try
        {
            using var reader = new VmaReader(new MemoryStream(archive));
            return VmaVerify.Run(reader).Errors > 0;
        }
        catch (VmaException)
        {
            return true;
        }
    }
}
