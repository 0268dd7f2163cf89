// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;

namespace Vma.Cli.Archives;

internal sealed record PlannedElement(string Name, string Path, string Format, long Size, IReadOnlyList<string>? OtherFiles = null);

/// <summary>What <c>--dry-run</c> says would be done.</summary>
internal sealed record PlanDocument(
    string Schema, string? Input, string Output, long? LeastStoredBytes, long? MostStoredBytes, long? FreeBytes, IReadOnlyList<PlannedElement> Disks)
{
    public static void Write(Terminal terminal, string? input, string output, long? least, long? most, long? free, IReadOnlyList<PlannedElement> disks) =>
        JsonOutput.Write(terminal, new PlanDocument("vma-plan/1", input, output, least, most, free, disks), PlanContract.Default.PlanDocument);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PlanDocument))]
internal sealed partial class PlanContract : JsonSerializerContext;
