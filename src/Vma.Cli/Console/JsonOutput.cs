// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Vma.Cli.Console;

/// <summary>Writes a report as the one JSON document on standard output.</summary>
internal static class JsonOutput
{
    public static void Write<T>(Terminal terminal, T document, JsonTypeInfo<T> contract)
    {
        terminal.WriteJson(Serialize(document, contract));
        terminal.WriteLine(string.Empty);
        terminal.Flush();
    }

    public static byte[] Serialize<T>(T document, JsonTypeInfo<T> contract)
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text, Options(contract.Options.WriteIndented));
        JsonSerializer.Serialize(json, document, contract);
        json.Flush();
        return EscapedText.OfJson(text.WrittenSpan).ToArray();
    }

    /// <summary>
    /// Escapes only what JSON wants escaped, so that a URI or a message can be read, and cut out by a script. The rest is <see cref="EscapedText.OfJson"/>'s.
    /// </summary>
    public static JsonWriterOptions Options(bool indented) => new() { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
