// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using Vma.Cli.Exports;

namespace Vma.Cli.Serve;

/// <summary>A disk that is served; its size in bytes.</summary>
internal sealed record ExportElement(string Name, long Size, string Archive, string Device, string Uri);

internal sealed record ServeDocument(string Schema, string? Socket, int? Port, IReadOnlyList<ExportElement> Exports);

/// <summary>What is served, as a JSON document.</summary>
internal sealed class ServeJson(Terminal terminal) : ServeText(terminal)
{
    public override void Announce(ServedDisks disks, ServeAddress address, string? certificates)
    {
        ExportElement[] elements = [.. disks.Disks.Select(disk => new ExportElement(
            disk.Export.Name, disk.Export.Length, disk.Archive, disk.Device.Name.ToString(), address.UriOf(disk.Export.Name).ToString()))];
        JsonOutput.Write(Terminal, new ServeDocument("vma-serve/1", address.Socket, address.Port, elements), ServeContract.Default.ServeDocument);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServeDocument))]
internal sealed partial class ServeContract : JsonSerializerContext;
