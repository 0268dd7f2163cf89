// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using Vma.Cli.Archives;

namespace Vma.Cli.Verify;

internal sealed record ReadDeviceElement(
    int Id, string Name, ulong Size, bool MemoryState, long Clusters, long MissingClusters, long DamagedClusters, long StoredBytes, long ZeroBytes)
{
    public static ReadDeviceElement From(VmaReadDevice device) => new(
        device.Device.Id, device.Device.Name.ToString(), device.Device.DeclaredSize, device.Device.IsMemoryState, device.Clusters,
        device.MissingClusters, device.DamagedClusters, device.StoredBytes, device.ZeroBytes);
}

internal sealed record VerifiedElement(
    string Archive, bool Ok, bool Sealed, bool DataChecked, long ArchiveBytes, long Errors, long Warnings, IReadOnlyList<ReadDeviceElement> Devices,
    IReadOnlyList<FindingElement> Findings, string? Error)
{
    public static VerifiedElement From(VerifiedArchive one) => one.Report is not { } report
        ? new(one.Path, false, false, false, 0, one.Damage is null ? 0 : 1, 0, [], one.Damage is { } damage ? [FindingElement.From(damage)] : [], one.Error)
        : new(
            one.Path, report.Errors == 0, report.Sealed, report.DataChecked, report.ArchiveBytes, report.Errors, report.Warnings,
            [.. report.Devices.Select(ReadDeviceElement.From)], [.. report.Findings.Select(FindingElement.From)], null);
}

internal sealed record VerifyDocument(string Schema, IReadOnlyList<VerifiedElement> Archives);

/// <summary>The report of <c>verify</c> as a JSON document, beside what it tells people on standard error.</summary>
internal sealed class VerifyJson(Terminal terminal) : VerifyText(terminal, verbose: false)
{
    public override void Write(IReadOnlyList<VerifiedArchive> archives) =>
        JsonOutput.Write(Terminal, new VerifyDocument("vma-verify/1", [.. archives.Select(VerifiedElement.From)]), VerifyContract.Default.VerifyDocument);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VerifyDocument))]
internal sealed partial class VerifyContract : JsonSerializerContext;
