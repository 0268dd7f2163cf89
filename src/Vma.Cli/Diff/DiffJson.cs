// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vma.Cli.Diff;

/// <summary>The document of <c>vma diff</c>. It is written while differences are found: there can be more of them than fit in memory.</summary>
internal static class DiffJson
{
    private const int MostPending = 1 << 16;

    /// <summary>Writes the document; tells whether there were differences.</summary>
    public static bool Write(Terminal terminal, DiffRequest request, IEnumerable<Difference> differences)
    {
        bool differs = false;
        var pending = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(pending, JsonOutput.Options(indented: true));
        json.WriteStartObject();
        json.WriteString("schema", "vma-diff/1");
        json.WriteString("archiveA", request.A);
        json.WriteString("archiveB", request.B);
        json.WriteStartArray("differences");
        foreach (Difference difference in differences)
        {
            differs = true;
            JsonSerializer.Serialize(json, difference, DiffContract.Default.Difference);
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
        terminal.WriteJson(pending.WrittenSpan);
        terminal.Flush();
        pending.ResetWrittenCount();
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Difference))]
internal sealed partial class DiffContract : JsonSerializerContext;
