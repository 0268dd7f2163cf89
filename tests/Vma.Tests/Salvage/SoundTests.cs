// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Salvage;

public sealed class SoundTests
{
    public static TheoryData<string> Files => GoldenSet.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void Of_a_sound_archive_everything_is_saved(string file)
    {
        GoldenArchive expected = GoldenSet.Find(file);
        foreach (Stream stream in (Stream[])[new MemoryStream(GoldenSet.Read(file)), new ChunkedStream(GoldenSet.Read(file), seed: 1)])
        {
            Salvaged salvaged = Salvaged.From(stream);
            Assert.Equal(expected.Devices.Select(device => device.ImageSha256), salvaged.Contents.Values.Select(content => GoldenSet.Sha256(content)));
            Assert.All(salvaged.Report.Devices, device => Assert.Empty(device.Lost));
            Assert.Equal((0, 0, true), (salvaged.Report.Errors, salvaged.Report.Warnings, salvaged.Report.HeaderIsWhole));
            Assert.Equal(expected.Configs.Select(config =>
                config.Sha256), salvaged.Report.Manifest.Configs.Select(config => GoldenSet.Sha256(config.Data.Span)));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Without_its_header_every_golden_archive_still_gives_all_its_data(string file)
    {
        byte[] archive = GoldenSet.Read(file);
        Salvaged salvaged = Salvaged.From(ArchiveBuilder.Scramble(archive, new Random(1), (0, GoldenSet.Find(file).HeaderSize)));
        foreach (GoldenDevice device in GoldenSet.Find(file).Devices)
        {
            Assert.Equal(device.ImageSha256, GoldenSet.Sha256(salvaged.Contents[device.DevId].AsSpan(0, (int)device.Size)));
        }
    }

    [Fact]
    public void An_archive_is_read_once_however_it_is_damaged() =>
        Property.ForSeeds(3, (random, seed) =>
        {
            SalvageSample sample = SalvageSample.Large(seed);
            (int, int)[] regions = [.. Enumerable.Range(0, 200).Select(_ => (random.Next(sample.Archive.Length - 1024), random.Next(1, 1024)))];
            var stream = new WatchedStream(ArchiveBuilder.Scramble(sample.Archive, random, regions));
            Salvaged.From(stream);
            Assert.InRange(stream.BytesRead, sample.Archive.Length, sample.Archive.Length * 11L / 10);
        });

    [Fact]
    public void Devices_can_be_left_out()
    {
        SalvageSample sample = SalvageSample.Large(1);
        using var reader = new VmaSalvageReader(new MemoryStream(sample.Archive));
        var disk = new GrowingDisk(sample.Images[2].Length, readsAsZeroes: true);
        VmaSalvageReport report = VmaSalvage.Run(reader, device => device.Id == 2 ? disk : null);
        Assert.Equal(2, Assert.Single(report.Devices).Device.Id);
        Assert.Equal(sample.Images[2], disk.Content(disk.Length));
    }
}
