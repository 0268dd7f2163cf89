// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using Vma.Cli.Archives;

namespace Vma.Cli.Salvage;

internal sealed record LostElement(long Offset, long Length);

internal sealed record SalvagedElement(
    int Id, string Name, string Path, string MapFile, long Length, bool SizeKnown, long RecoveredClusters, long KeptDamagedClusters, long LostBytes,
    IReadOnlyList<LostElement> Lost)
{
    public static SalvagedElement From(VmaSalvagedDevice device, string path) => new(
        device.Device.Id, device.Device.Name.ToString(), path, SalvageNames.MapFileOf(path), device.Length, device.SizeIsKnown,
        device.RecoveredClusters, device.KeptDamagedClusters, device.LostBytes,
        [.. device.Lost.Select(range => new LostElement(range.Offset, range.Length))]);
}

internal sealed record SalvageDocument(
    string Schema, string Tool, string Started, string Ended, string Archive, long InputBytes, string InputSha256, string Uuid,
    bool HeaderWhole, bool Sealed, long ArchiveBytes, long Errors, long Warnings,
    IReadOnlyList<ConfigElement> Configs, IReadOnlyList<SalvagedElement> Devices, IReadOnlyList<FindingElement> Findings)
{
    public static SalvageDocument From(SalvageRequest request, SalvageReport report) => new(
        "vma-salvage/1", $"vma {ToolVersion}", Utc(report.Started), Utc(report.Ended), request.File,
        report.Read.InputBytes, report.Read.InputSha256, report.Read.Manifest.Uuid.ToString("D"), report.Read.HeaderIsWhole, report.Read.Sealed,
        report.Read.ArchiveBytes, report.Read.Errors, report.Read.Warnings, [.. report.Configs.Select(ConfigElement.From)],
        [.. report.Read.Devices.Select(device => SalvagedElement.From(device, report.FileOf(device)))],
        [.. report.Read.Findings.Select(FindingElement.From)]);

    private static string ToolVersion { get; } =
        typeof(SalvageDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of unknown version";

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public byte[] Serialize() => JsonOutput.Serialize(this, SalvageContract.Default.SalvageDocument);
}

/// <summary>The report of <c>salvage</c> as a JSON document, beside what it tells people on standard error.</summary>
internal sealed class SalvageJson(Terminal terminal, SalvageRequest request) : SalvageText(terminal, request)
{
    public override void Write(SalvageReport report)
    {
        base.Write(report);
        JsonOutput.Write(Terminal, SalvageDocument.From(Request, report), SalvageContract.Default.SalvageDocument);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SalvageDocument))]
internal sealed partial class SalvageContract : JsonSerializerContext;
