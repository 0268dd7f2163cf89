// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using Vma.Cli.Archives;

namespace Vma.Cli.List;

internal sealed record DeviceElement(int Id, string Name, string FileName, ulong Size, bool MemoryState)
{
    public static DeviceElement From(VmaDevice device) =>
        new(device.Id, device.Name.ToString(), device.Name.FileName, device.DeclaredSize, device.IsMemoryState);
}

/// <summary>What an archive holds.</summary>
internal sealed record ListDocument(
    string Schema, string Archive, string Uuid, long CreationTime, int HeaderBytes, IReadOnlyList<ConfigElement> Configs,
    IReadOnlyList<DeviceElement> Devices, IReadOnlyList<FindingElement> Findings)
{
    public static void Write(Terminal terminal, string archive, VmaManifest manifest)
    {
        var document = new ListDocument(
            "vma-list/1", archive, manifest.Uuid.ToString("D"), manifest.CreationTime, manifest.HeaderLength,
            [.. manifest.Configs.Select(ConfigElement.From)], [.. manifest.Devices.Select(DeviceElement.From)],
            [.. manifest.Findings.Select(FindingElement.From)]);
        JsonOutput.Write(terminal, document, ListContract.Default.ListDocument);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ListDocument))]
internal sealed partial class ListContract : JsonSerializerContext;
