// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Tests.Golden;

public sealed class GoldenWriteTests
{
    public static TheoryData<string> Files => GoldenSet.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void A_header_read_and_written_again_has_the_same_bytes(string file)
    {
        byte[] archive = GoldenSet.Read(file);
        using var reader = new VmaReader(new MemoryStream(archive));
        Assert.Equal(archive[..reader.Manifest.HeaderLength], HeaderWriter.Write(reader.Manifest));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Disks_written_in_the_order_of_the_archive_give_the_same_file(string file)
    {
        byte[] archive = GoldenSet.Read(file);
        byte[] written = WriteAgain(archive);
        if (file != "vmstate.vma")
        {
            Assert.Equal(archive, written);
            return;
        }

        // We store all blocks of the RAM state's clusters, because the reference drops zero blocks there when it extracts.
        MiniReader theirs = MiniReader.Read(archive), ours = MiniReader.Read(written);
        Assert.Equal(theirs.Clusters, ours.Clusters);
        Assert.Equal(theirs.ContentOf(1), ours.ContentOf(1));
        Assert.Equal(theirs.ContentOf(2), ours.ContentOf(2));
        Assert.Equal(archive[..12800], written[..12800]);
        Assert.True(ours.Extents[0].BlockCount > theirs.Extents[0].BlockCount, "no zero block was put back");
    }

    private static byte[] WriteAgain(byte[] archive)
    {
        using var reader = new VmaReader(new MemoryStream(archive));
        VmaManifest manifest = reader.Manifest;
        var output = new MemoryStream();
        using var writer = new VmaWriter(output, new VmaWriterOptions
        {
            Uuid = manifest.Uuid,
            CreationTime = DateTimeOffset.FromUnixTimeSeconds(manifest.CreationTime),
            Seal = false,
        });
        foreach (VmaConfig config in manifest.Configs)
        {
            writer.AddConfig(config.Name, config.Data.Span);
        }

        Dictionary<byte, VmaDeviceWriter> devices = manifest.Devices.ToDictionary(device => device.Id, device => writer.AddDevice(device.Name, device.Size));
        var content = new byte[VmaCluster.Size];
        while (reader.ReadCluster(out VmaCluster cluster))
        {
            cluster.CopyTo(content);
            devices[cluster.Device.Id].WriteCluster(cluster.Number, content.AsSpan(0, cluster.Length));
        }

        writer.Commit();
        return output.ToArray();
    }
}
