// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

public sealed class DamagedHeaderTests
{
    private const int FirstSize = 4096 + 32 + 8;
    private static readonly HashSet<(byte, uint)> Nothing = [];

    [Fact]
    public void A_flipped_bit_in_the_header_costs_no_data() =>
        Property.ForSeeds(60, random =>
        {
            SalvageSample sample = SalvageSample.Full(10);
            long bit = random.NextInt64(FirstSize * 8L); // not in the device's size or name
            Salvaged salvaged = Salvaged.From(ArchiveBuilder.FlipBit(sample.Archive, bit));
            Assert.False(salvaged.Report.HeaderIsWhole);
            AssertAllThere(sample, salvaged);
        });

    [Fact]
    public void Of_an_overwritten_header_devices_are_made_up_and_as_long_as_their_highest_cluster() =>
        Property.ForSeeds(4, (random, seed) =>
        {
            SalvageSample sample = SalvageSample.Large(seed);
            Salvaged salvaged = Salvaged.From(ArchiveBuilder.Scramble(sample.Archive, random, (0, sample.Map.HeaderLength)));
            AssertAllThere(sample, salvaged);
            Assert.Equal(["device-1", "device-2"], salvaged.Report.Devices.Select(device => device.Device.Name.ToString()));
            Assert.All(salvaged.Report.Devices, device => Assert.False(device.SizeIsKnown));
            Assert.Equal(VmaFaultCode.NotAnArchive, salvaged.Report.Findings[0].Code);
        });

    [Fact]
    public void A_given_size_counts_before_everything_else()
    {
        SalvageSample sample = SalvageSample.Full(10);
        long size = sample.Images[1].Length;
        byte[] headless = ArchiveBuilder.Scramble(sample.Archive, new Random(1), (0, sample.Map.HeaderLength));
        Salvaged salvaged = Salvaged.From(headless, new VmaSalvageOptions { Sizes = new Dictionary<VmaName, long> { ["device-1"] = size } });
        salvaged.LostJust(sample.Images, Nothing);
        Assert.True(salvaged.Report.Devices[0].SizeIsKnown);

        Salvaged longer = Salvaged.From(sample.Archive, new VmaSalvageOptions { Sizes = new Dictionary<VmaName, long> { ["disk"] = 12 * 65536 } });
        Assert.Equal(12 * 65536, longer.Report.Devices[0].Length);
        Assert.Equal([new VmaByteRange(10 * 65536, 2 * 65536)], longer.Report.Devices[0].Lost);
        Salvaged shorter = Salvaged.From(sample.Archive, new VmaSalvageOptions { Sizes = new Dictionary<VmaName, long> { ["disk"] = 5000 } });
        Assert.Equal(sample.Images[1][..5000], shorter.Contents[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(1L << 47)]
    [InlineData(long.MinValue)]
    public void A_damaged_size_field_costs_no_data(long size)
    {
        SalvageSample sample = SalvageSample.Full(10);
        byte[] field = BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(size));
        AssertAllThere(sample, Salvaged.From(ArchiveBuilder.Overwrite(sample.Archive, FirstSize, field)));
    }

    [Fact]
    public void A_header_size_that_is_damaged_costs_no_data()
    {
        SalvageSample sample = SalvageSample.Full(10);
        foreach (byte value in (byte[])[0, 0x7f, 0xff])
        {
            for (int at = 48; at < 60; at++)
            {
                byte[] damaged = ArchiveBuilder.Overwrite(sample.Archive, at, (byte)(sample.Archive[at] ^ value ^ 1));
                AssertAllThere(sample, Salvaged.From(damaged));
            }
        }
    }

    [Fact]
    public void A_lost_extent_behind_a_damaged_header_costs_only_its_own_clusters()
    {
        SalvageSample sample = SalvageSample.Full(20);
        MapExtent hit = sample.Map.Extents[1];
        byte[] damaged = ArchiveBuilder.Scramble(sample.Archive, new Random(1), (0, sample.Map.HeaderLength), (hit.Offset, 100));
        Salvaged salvaged = Salvaged.From(damaged);
        Assert.Equal(ArchiveMap.ClustersOf(hit), salvaged.LostClusters);
    }

    [Fact]
    public void A_header_that_was_cut_off_from_the_front_costs_no_data()
    {
        SalvageSample sample = SalvageSample.Full(20);
        foreach (int count in (int[])[1, 512, 12_000, sample.Map.HeaderLength])
        {
            AssertAllThere(sample, Salvaged.From(ArchiveBuilder.Remove(sample.Archive, 0, count)));
        }
    }

    [Fact]
    public void Of_what_is_shorter_than_a_header_nothing_can_be_salvaged() =>
        Assert.Throws<VmaException>(() => Salvaged.From(SealedSample.Smallest()[..12_000]));

    /// <summary>All of each disk; what comes behind its end, where that was not known, is zeros.</summary>
    private static void AssertAllThere(SalvageSample sample, Salvaged salvaged)
    {
        Assert.Empty(salvaged.LostClusters);
        Assert.Equal(sample.Images.Keys, salvaged.Contents.Keys);
        foreach ((byte device, byte[] image) in sample.Images)
        {
            byte[] content = salvaged.Contents[device];
            Assert.InRange(content.Length, image.Length, (image.Length + 65535) / 65536 * 65536);
            Assert.True(content.AsSpan(0, image.Length).SequenceEqual(image));
            Assert.False(content.AsSpan(image.Length).ContainsAnyExcept((byte)0));
        }
    }
}
