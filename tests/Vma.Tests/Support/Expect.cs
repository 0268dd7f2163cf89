// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>
/// What the table "Hostile or broken input" of docs/format.md promises of an archive, column by column: reading the header (which is all
/// that list and config do), verify, extract.
/// </summary>
internal static class Expect
{
    /// <summary>error, error, error with nothing created: the header is refused, so nothing can be done with the archive.</summary>
    public static void HeaderRefused(byte[] archive, VmaFaultCode code, long offset)
    {
        foreach (Stream stream in (Stream[])[new MemoryStream(archive), new ChunkedStream(archive, seed: 3)])
        {
            VmaFault fault = Assert.Throws<VmaException>(() => new VmaReader(stream)).Fault;
            Assert.Equal((code, offset, VmaSeverity.Error), (fault.Code, fault.Offset, fault.Severity));
            AssertOneSafeLine(fault);
        }
    }

    /// <summary>fine, error, error: verify reports the fault and extract stops at it.</summary>
    public static VmaFault Damage(byte[] archive, VmaFaultCode code, long offset, byte? device = null, long? cluster = null)
    {
        VmaReadReport report = Restored.Verify(archive);
        Assert.All(report.Findings, AssertOneSafeLine);
        VmaFault found = Assert.Single(report.Findings, finding => (finding.Code, finding.Offset, finding.DeviceId) == (code, offset, device));
        AssertPlace(found, device, cluster);
        Assert.True(report.Errors >= 1);
        foreach (Stream stream in (Stream[])[new MemoryStream(archive), new ChunkedStream(archive, seed: 3)])
        {
            VmaFault thrown = Assert.Throws<VmaException>(() => Restored.From(stream)).Fault;
            Assert.Equal((code, offset), (thrown.Code, thrown.Offset));
            AssertPlace(thrown, device, cluster);
        }

        return found;
    }

    /// <summary>fine, error, error: the fault is among those that verify reports, also when it reads just the headers; extract stops at any.</summary>
    public static void Has(byte[] archive, VmaFaultCode code, long offset)
    {
        Assert.Contains((code, offset), Restored.Verify(archive).Findings.Select(finding => (finding.Code, finding.Offset)));
        Assert.Contains((code, offset), Restored.Verify(archive, readData: false).Findings.Select(finding => (finding.Code, finding.Offset)));
        Assert.Throws<VmaException>(() => Restored.From(archive));
    }

    /// <summary>As <see cref="Damage"/>, and verify finds that one thing only, also when it reads just the headers.</summary>
    public static VmaFault OnlyDamage(byte[] archive, VmaFaultCode code, long offset, byte? device = null, long? cluster = null)
    {
        VmaFault fault = Damage(archive, code, offset, device, cluster);
        Assert.Equal(fault, Assert.Single(Restored.Verify(archive).Findings));
        Assert.Equal((code, offset), Restored.Verify(archive, readData: false).Findings.Select(finding => (finding.Code, finding.Offset)).Single());
        return fault;
    }

    /// <summary>fine, fine, fine, with the right data.</summary>
    public static Restored Fine(byte[] archive, params byte[][] contents)
    {
        Assert.Empty(Restored.Verify(archive).Findings);
        Assert.Empty(Restored.Verify(archive, readData: false).Findings);
        return RestoresTo(archive, contents);
    }

    /// <summary>fine, warning, fine: one warning, and the right data.</summary>
    public static void Warning(byte[] archive, VmaFaultCode code, long offset, params byte[][] contents)
    {
        VmaReadReport report = Restored.Verify(archive);
        VmaFault finding = Assert.Single(report.Findings);
        Assert.Equal((code, offset, VmaSeverity.Warning), (finding.Code, finding.Offset, finding.Severity));
        Assert.Equal((0, 1), (report.Errors, report.Warnings));
        AssertOneSafeLine(finding);
        RestoresTo(archive, contents);
    }

    private static Restored RestoresTo(byte[] archive, byte[][] contents)
    {
        Restored restored = Restored.From(archive);
        Assert.Equal(contents, restored.Contents.Values);
        Assert.Equal(contents, Restored.From(new ChunkedStream(archive, seed: 5)).Contents.Values);
        return restored;
    }

    private static void AssertPlace(VmaFault fault, byte? device, long? cluster)
    {
        Assert.Equal((VmaSeverity.Error, device, cluster), (fault.Severity, fault.DeviceId, fault.Cluster));
        Assert.Contains($"offset {fault.Offset}", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(cluster * ArchiveBuilder.Cluster, fault.DiskOffset);
    }

    private static void AssertOneSafeLine(VmaFault fault) => Assert.DoesNotContain(fault.ToString(), char.IsControl);
}
