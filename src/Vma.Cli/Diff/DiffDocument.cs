// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vma.Cli.Console;

namespace Vma.Cli.Diff;

/// <summary>One difference; sizes, offset and length are in bytes, of configs and devices that are in both archives.</summary>
internal sealed record DifferenceElement(string Kind, string Name, string What, long? SizeA = null, long? SizeB = null, long? Offset = null, long? Length = null);

/// <summary>The document of <c>vma diff</c>. It is written while differences are found: there can be more of them than fit in memory.</summary>
internal static class DiffDocument
{
    public const string Version = "vma-diff/1";

    private const int MostPending = 1 << 16;

    /// <summary>Writes the document; tells whether there were differences.</summary>
    public static bool Write(Terminal terminal, string archiveA, string archiveB, IEnumerable<DifferenceElement> differences)
    {
        bool differs = false;
        var pending = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(pending, JsonOutput.Options(indented: true));
        json.WriteStartObject();
        json.WriteString("schema", Version);
        json.WriteString("archiveA", archiveA);
        json.WriteString("archiveB", archiveB);
        json.WriteStartArray("differences");
        foreach (DifferenceElement difference in differences)
        {
            differs = true;
            JsonSerializer.Serialize(json, difference, DiffContract.Default.DifferenceElement);
            json.Flush();
            if (pending.WrittenCount > MostPending)
            {
                Move(pending, terminal);
            }
        }

        json.WriteEndArray();
        json.WriteBoolean("same", !differs);
        json.WriteEndObject();
        json.Flush();
        terminal.ClearLive();
        Move(pending, terminal);
        terminal.WriteLine(string.Empty);
        terminal.Flush();
        return differs;
    }

    private static void Move(ArrayBufferWriter<byte> pending, Terminal terminal)
    {
        terminal.Write(pending.WrittenSpan);
        terminal.Flush();
        pending.ResetWrittenCount();
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DifferenceElement))]
internal sealed partial class DiffContract : JsonSerializerContext;
