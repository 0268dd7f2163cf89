// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vma.Cli.Diff;

/// <summary>The document of <c>vma diff</c>. It is written while differences are found: there can be more of them than fit in memory.</summary>
internal sealed class DiffJson(Terminal terminal, DiffRequest request) : DiffText(terminal, quiet: false)
{
    private const int MostPending = 1 << 16;

    public override bool Write(IEnumerable<Difference> differences)
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
                Move(pending);
            }
        }

        json.WriteEndArray();
        json.WriteBoolean("same", !differs);
        json.WriteEndObject();
        json.Flush();
        ClearLive();
        Move(pending);
        Terminal.WriteLine(string.Empty);
        Terminal.Flush();
        return differs;
    }

    private void Move(ArrayBufferWriter<byte> pending)
    {
        Terminal.WriteJson(pending.WrittenSpan);
        Terminal.Flush();
        pending.ResetWrittenCount();
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Difference))]
internal sealed partial class DiffContract : JsonSerializerContext;
