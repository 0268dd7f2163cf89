// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Vma.Cli.Json;

/// <summary>Writes a report as the one JSON document on standard output.</summary>
internal static class JsonOutput
{
    public static void Write<T>(Terminal terminal, T document, JsonTypeInfo<T> contract)
    {
        terminal.Write(JsonSerializer.SerializeToUtf8Bytes(document, contract));
        terminal.WriteLine(string.Empty);
        terminal.Flush();
    }
}

/// <summary>The documents; their layout is a promise (docs/scripting.md).</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ListDocument))]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(ExtractDocument))]
[JsonSerializable(typeof(CreateDocument))]
[JsonSerializable(typeof(SalvageDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(ServeDocument))]
internal sealed partial class JsonContracts : JsonSerializerContext;
