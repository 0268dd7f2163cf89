// SPDX-License-Identifier: MIT

using Vma.Tests.Support;
using static Vma.Testing.ArchiveBuilder;

namespace Vma.Tests.Hostile;

/// <summary>No writer stores a block of a disk that is all zeros, so one that is stored without a checksum may be a hole.</summary>
public sealed class ZeroBlockTests
{
    private static readonly byte[] Content = Pattern.Full(3 * Cluster);

    /// <summary>Three extents of a cluster each, at 12,800 and each 66,048 bytes on; bytes of the second are torn out.</summary>
    private static byte[] Torn(int start, int length, bool seal = false, string name = "disk") =>
        Overwrite(new ArchiveBuilder { Sealed = seal }.WholeDisk(1, name, Content, perExtent: 1).Build(), SecondData(seal) + start, new byte[length]);

    private static int SecondData(bool seal) => 12800 + 66048 + 512 + (seal ? 512 : 0);

    [Theory]
    [InlineData(0, 4096, 0, 4096)]
    [InlineData(8192, 20480, 8192, 20480)]
    [InlineData(8000, 8192, 8192, 4096)] // a block is torn only when all of it is
    [InlineData(61440, 4096, 61440, 4096)]
    [InlineData(0, 65536, 0, 65536)]
    public void A_hole_is_a_warning_with_its_place(int start, int length, int first, int told)
    {
        byte[] archive = Torn(start, length);
        byte[] torn = [.. Content];
        torn.AsSpan(Cluster + start, length).Clear();
        Expect.Warning(archive, VmaFaultCode.ZeroBlocks, SecondData(seal: false) + first, torn);
        VmaFault finding = Restored.Verify(archive).Findings[0];
        Assert.Equal(((byte?)1, (long?)1, (long?)Cluster + first, (long?)told), (finding.DeviceId, finding.Cluster, finding.DiskOffset, finding.DiskLength));
        Assert.Contains($"(disk bytes {Cluster + first} to {Cluster + first + told - 1})", finding.ToString(), StringComparison.Ordinal);
        Assert.Equal([finding], Restored.From(archive).Report.Findings);
        Salvaged salvaged = Salvaged.From(archive);
        Assert.Equal([finding], salvaged.Report.Findings);
        Assert.Equal(torn, salvaged.Contents[1]);
        Assert.Empty(Restored.Verify(archive, readData: false).Findings);
    }

    [Fact]
    public void Two_holes_of_a_cluster_are_two_findings()
    {
        byte[] archive = Overwrite(Torn(0, 8192), SecondData(seal: false) + 16384, new byte[4096]);
        IEnumerable<(int, long)> places = Restored.Verify(archive).Findings.Select(finding => ((int)finding.DiskOffset!, finding.DiskLength!.Value));
        Assert.Equal([(Cluster, 8192L), (Cluster + 16384, 4096)], places);
    }

    [Fact]
    public void For_a_strict_caller_it_is_damage()
    {
        byte[] archive = Torn(4096, 4096);
        using var reader = new VmaReader(new MemoryStream(archive));
        VmaFault finding = Assert.Single(VmaVerify.Run(reader, new VmaVerifyOptions { Strict = true }).Findings);
        Assert.Equal((VmaFaultCode.TornBlocks, VmaSeverity.Error), (finding.Code, finding.Severity));
        VmaFault thrown = Assert.Throws<VmaException>(() => Restored.From(archive, new VmaExtractOptions { Strict = true })).Fault;
        Assert.Equal(finding, thrown);
        VmaSalvageReport salvaged = Salvaged.From(archive, new VmaSalvageOptions { Strict = true }).Report;
        Assert.Equal((1, finding), (salvaged.Errors, Assert.Single(salvaged.Findings)));
    }

    [Fact]
    public void RAM_state_is_stored_with_its_zeros() => Assert.Empty(Restored.Verify(Torn(0, 65536, name: "vmstate")).Findings);

    [Fact]
    public void Under_a_seal_zeros_that_were_sealed_are_data_and_others_do_not_match()
    {
        byte[] sealedZeroes = new ArchiveBuilder { Sealed = true }.Device(1, "disk", Cluster).Extent(extent => extent.Slot(1, 0, 0xffff, zeroes: true)).Build();
        Expect.Fine(sealedZeroes, new byte[Cluster]);
        Assert.Equal([VmaFaultCode.DataChecksum], Restored.Verify(Torn(0, 4096, seal: true)).Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void What_is_stored_behind_the_end_of_a_disk_is_not_the_disks()
    {
        byte[] content = [.. Content[..5000], .. new byte[Cluster - 5000]];
        byte[] archive = new ArchiveBuilder().Device(1, "disk", 5000).Extent(extent => extent.Stored(1, 0, 0xffff, content)).Build();
        Assert.Equal([VmaFaultCode.BlocksBehindEnd], Restored.Verify(archive).Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Our_writers_store_no_such_block(bool seal)
    {
        byte[] patchy = Pattern.Patchy(40 * Cluster + 3000, new Random(5));
        byte[] archive = ArchiveForms.Make(seal ? "sealed" : "plain", [patchy]);
        using var repacked = new MemoryStream();
        VmaRepack.Run(new MemoryStream(archive), repacked, new VmaRepackOptions { Seal = false, KeepOrder = true });
        Assert.Empty(Restored.Verify(archive).Findings);
        Assert.Empty(Restored.Verify(repacked.ToArray()).Findings);

        // A hole that an archive brings along is left out of the new one.
        using var mended = new MemoryStream();
        VmaRepack.Run(new MemoryStream(Torn(0, 8192)), mended, new VmaRepackOptions { Seal = false });
        Assert.Empty(Restored.Verify(mended.ToArray()).Findings);
    }
}
