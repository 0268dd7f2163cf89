// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text;

namespace Vma.Cli.Console;

/// <summary>
/// Text from elsewhere, such as a path, as it may go to a terminal: what moves the cursor, or is not seen, is escaped. To escape twice changes nothing.
/// </summary>
internal static class EscapedText
{
    /// <summary>One line.</summary>
    public static string Of(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? new VmaName(text).ToString() : text;

    /// <summary>Lines; their ends stay.</summary>
    public static string OfLines(ReadOnlySpan<byte> text)
    {
        var lines = new StringBuilder();
        for (int end = text.IndexOf((byte)'\n'); end >= 0; end = text.IndexOf((byte)'\n'))
        {
            lines.Append(new VmaName(text[..end])).Append('\n');
            text = text[(end + 1)..];
        }

        return lines.Append(new VmaName(text)).ToString();
    }

    /// <summary>A JSON document, in UTF-8: such characters stand only in its strings, where JSON has an escape for them.</summary>
    public static ReadOnlySpan<byte> OfJson(ReadOnlySpan<byte> document)
    {
        if (!document.ContainsAnyInRange((byte)0x7f, byte.MaxValue))
        {
            return document;
        }

        var safe = new ArrayBufferWriter<byte>(document.Length + 64);
        while (!document.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(document, out Rune rune, out int length);
            if (rune.Value < 0x7f || !IsNeededFor(rune.ToString()))
            {
                safe.Write(document[..length]);
            }
            else
            {
                foreach (char unit in rune.ToString())
                {
                    safe.Write(Encoding.ASCII.GetBytes($"\\u{(int)unit:x4}"));
                }
            }

            document = document[length..];
        }

        return safe.WrittenSpan;
    }

    /// <summary>Whether a text has something that may not go to a terminal as it is.</summary>
    public static bool IsNeededFor(string text) => Of(text) != text;
}
