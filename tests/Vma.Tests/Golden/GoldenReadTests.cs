// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Golden;

public sealed class GoldenReadTests
{
    public static TheoryData<string> Files => GoldenSet.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void The_file_is_the_one_of_the_manifest(string file)
    {
        byte[] archive = GoldenSet.Read(file);
        Assert.Equal(GoldenSet.Find(file).Size, archive.Length);
        Assert.Equal(GoldenSet.Find(file).Sha256, GoldenSet.Sha256(archive));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_header_says_what_the_manifest_says(string file)
    {
        GoldenArchive expected = GoldenSet.Find(file);
        using var reader = new VmaReader(new MemoryStream(GoldenSet.Read(file)));
        VmaManifest manifest = reader.Manifest;
        Assert.Equal((Guid.ParseExact(expected.Uuid, "N"), expected.Ctime, expected.HeaderSize), (manifest.Uuid, manifest.CreationTime, manifest.HeaderLength));
        Assert.Equal(expected.Configs, manifest.Configs.Select(config =>
            new GoldenConfig(config.Name.ToString(), config.Data.Length, GoldenSet.Sha256(config.Data.Span))));
        Assert.Equal(expected.Devices.Select(device =>
            (device.DevId, device.Devname, device.Size)), manifest.Devices.Select(device => (device.Id, device.Name.ToString(), device.Size)));
        Assert.Empty(manifest.Findings);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_extents_are_where_the_manifest_says(string file) =>
        Assert.Equal(GoldenSet.Find(file).Extents.Select(extent =>
            (extent.Offset, extent.Size, extent.BlockCount, extent.Entries)), MiniReader.Read(GoldenSet.Read(file)).Extents);

    [Theory]
    [MemberData(nameof(Files))]
    public void Verify_finds_nothing_and_says_that_the_data_could_not_be_checked(string file)
    {
        VmaReadReport report = Restored.Verify(GoldenSet.Read(file));
        Assert.Empty(report.Findings);
        Assert.Equal((0, 0, false, false), (report.Errors, report.Warnings, report.Sealed, report.DataChecked));
        Assert.Equal(GoldenSet.Find(file).Size, report.ArchiveBytes);
        Assert.All(report.Devices, device =>
            Assert.Equal((device.Device.ClusterCount, 0, 0), (device.Clusters, device.MissingClusters, device.DamagedClusters)));
        Assert.Empty(Restored.Verify(GoldenSet.Read(file), readData: false).Findings);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_disk_is_restored_from_a_file(string file) => AssertRestored(file, Restored.From(GoldenSet.Read(file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_disk_is_restored_from_a_pipe_onto_targets_that_are_zero_already(string file) =>
        AssertRestored(file, Restored.From(new ChunkedStream(GoldenSet.Read(file), seed: 7), readsAsZeroes: true));

    private static void AssertRestored(string file, Restored restored)
    {
        Assert.Equal(GoldenSet.Find(file).Devices.Select(device => device.ImageSha256), restored.Contents.Values.Select(content => GoldenSet.Sha256(content)));
        Assert.Equal(GoldenSet.Find(file).Configs.Select(config =>
            config.Sha256), restored.Manifest.Configs.Select(config => GoldenSet.Sha256(config.Data.Span)));
    }
}
