// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Unicode;

namespace Vma.Salvage;

/// <summary>
/// Finds configs by their look, where nothing points to them any more: lines of text with a colon. A name that ends in NUL, with the two bytes of a length
/// behind it, stands in front of the text.
/// </summary>
internal static class ConfigText
{
    private const int Shortest = 8;
    private const int LongestName = 200;

    /// <summary>The NUL of the name and the length of the text.</summary>
    private const int Between = 1 + 2;

    public static List<VmaConfig> Find(ReadOnlySpan<byte> header)
    {
        var configs = new List<VmaConfig>();
        (int start, int end) name = default;
        for (int at = 0; at < header.Length && configs.Count < Format.VmaLayout.ConfigSlots;)
        {
            int start = at + Math.Max(0, header[at..].IndexOfAnyExceptInRange((byte)0, (byte)8));
            int length = LengthOfText(header[start..]);
            ReadOnlySpan<byte> text = header.Slice(start, length);
            if (IsConfig(text))
            {
                bool hasName = name.end > name.start && start - name.end is > 0 and <= Between;
                VmaName called = hasName ? new VmaName(header[name.start..name.end]) : new VmaName(Encoding.ASCII.GetBytes($"config-{configs.Count + 1}.conf"));
                configs.Add(new VmaConfig(called, Exactly(header, start, text)));
            }

            // The low byte of a length can look like a letter.
            bool isLength = length == 1 && start - name.end == 1;
            name = length is > 0 and <= LongestName && !isLength && !text.Contains((byte)'\n') ? (start, start + length) : name;
            at = start + Math.Max(1, length);
        }

        return configs;
    }

    /// <summary>The text without the low byte of its length, when that looks like a letter, and as long as the length says.</summary>
    private static byte[] Exactly(ReadOnlySpan<byte> header, int start, ReadOnlySpan<byte> text)
    {
        foreach (int skipped in (ReadOnlySpan<int>)[0, 1, 2])
        {
            int lengthAt = start + skipped - 2;
            if (lengthAt >= 0 && (header[lengthAt] | header[lengthAt + 1] << 8) is > 0 and var length && length <= text.Length - skipped)
            {
                return text.Slice(skipped, length).ToArray();
            }
        }

        return text.ToArray();
    }

    private static bool IsConfig(ReadOnlySpan<byte> text) =>
        text.Length >= Shortest && text.Contains((byte)'\n') && text.Contains((byte)':') && Utf8.IsValid(text);

    private static int LengthOfText(ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        while (length < bytes.Length && bytes[length] is (byte)'\t' or (byte)'\n' or (byte)'\r' or (>= 0x20 and not 0x7f))
        {
            length++;
        }

        return length;
    }
}
