// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Integrity;

public sealed class SealPromiseTests
{
    [Fact]
    public void An_archive_that_lost_all_its_seals_does_not_pass_for_a_plain_one()
    {
        byte[] whole = Promised(isSealed: true);
        byte[] cut = whole[..^1024]; // the only seal, and the end mark
        VmaReadReport report = Restored.Verify(cut);
        Assert.Equal([VmaFaultCode.SealMissing, VmaFaultCode.EndMarkMissing], report.Findings.Select(finding => finding.Code));
        Assert.Throws<VmaException>(() => Restored.From(cut));
    }

    [Fact]
    [Slow]
    public void Every_cut_of_an_archive_with_one_extent_is_found()
    {
        byte[] whole = Promised(isSealed: true);
        for (int length = 12800; length < whole.Length; length += 512)
        {
            Assert.True(Restored.Verify(whole[..length]).Errors > 0, $"cut at {length}");
        }
    }

    [Fact]
    public void A_config_of_just_these_bytes_promises_nothing()
    {
        byte[] archive = new ArchiveBuilder().Config("promise", [.. "VSEA"u8, 2]).WholeDisk(1, "disk", Pattern.Full(65536)).Build();
        Assert.Empty(Restored.Verify(archive).Findings);
    }

    [Fact]
    public void Nothing_of_a_sealed_archive_without_its_seal_is_salvaged()
    {
        using var reader = new VmaSalvageReader(new MemoryStream(Promised(isSealed: false)));
        VmaSalvageReport report = VmaSalvage.Run(reader, device => new GrowingDisk(device.Size, readsAsZeroes: true));
        Assert.Equal([new VmaByteRange(0, 3 * 65536)], report.Devices[0].Lost);
    }

    private static byte[] Promised(bool isSealed) =>
        new ArchiveBuilder { Sealed = isSealed, PromisesSeals = true }.WholeDisk(1, "disk", Pattern.Full(3 * 65536)).Build();
}
