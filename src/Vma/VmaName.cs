// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vma;

/// <summary>
/// The name of a config or a device as the archive holds it: any bytes, from a source that cannot be trusted. It turns into
/// text for a terminal or into the name of a file only through the members that make it safe for that.
/// </summary>
public readonly struct VmaName : IEquatable<VmaName>
{
    private readonly byte[]? _bytes;

    /// <summary>A name of these bytes, without the NUL that ends it in the archive. The bytes are copied.</summary>
    public VmaName(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    /// <summary>A name from text, in UTF-8.</summary>
    public VmaName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _bytes = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The bytes as they are in the archive, without the ending NUL.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// The one file name that stands for this name: control characters, <c>/</c>, <c>\</c>, <c>%</c>, bytes that are not UTF-8 and a
    /// leading <c>.</c> or <c>-</c> are percent-encoded, an empty name is <c>%00</c>, and that of a single NUL is <c>%00%</c>. It never leads out of a
    /// directory, percent-decoding gives any other name back, and no two names share it. It may be longer than a file system takes.
    /// </summary>
    public string FileName => Bytes switch { [] => "%00", [0] => "%00%", _ => Render(Bytes, ForFile) };

    /// <summary>Whether <see cref="FileName"/> is the name itself.</summary>
    public bool IsSafeFileName => Encoding.UTF8.GetBytes(FileName).AsSpan().SequenceEqual(Bytes);

    /// <summary>The name as text that may go to a terminal: what could move the cursor, is not seen or is not UTF-8 is shown as <c>\xNN</c>.</summary>
    public override string ToString() => Render(Bytes, ForTerminal);

    /// <summary>A name from text, in UTF-8.</summary>
    public static implicit operator VmaName(string text) => new(text);

    /// <summary>A name from text, in UTF-8.</summary>
    public static VmaName FromString(string text) => new(text);

    /// <inheritdoc/>
    public bool Equals(VmaName other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VmaName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Whether both names are the same bytes.</summary>
    public static bool operator ==(VmaName left, VmaName right) => left.Equals(right);

    /// <summary>Whether the names differ in any byte.</summary>
    public static bool operator !=(VmaName left, VmaName right) => !left.Equals(right);

    private static string Render(ReadOnlySpan<byte> bytes, Func<Rune, int, string?> escape)
    {
        var text = new StringBuilder(bytes.Length);
        for (int at = 0; at < bytes.Length;)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes[at..], out Rune rune, out int length);
            string? prefix = status == OperationStatus.Done ? escape(rune, at) : escape(Rune.ReplacementChar, -1);
            if (prefix is null)
            {
                text.Append(rune);
            }
            else
            {
                foreach (byte value in bytes.Slice(at, length))
                {
                    text.Append(prefix).Append(value.ToString(prefix == "%" ? "X2" : "x2"));
                }
            }

            at += length;
        }

        return text.ToString();
    }

    // Each gives null for a character that stays, or what goes in front of its bytes in hexadecimal. Not UTF-8: at is -1.
    private static string? ForFile(Rune rune, int at) =>
        at < 0 || Rune.IsControl(rune) || rune.Value is '/' or '\\' or '%' || (at == 0 && rune.Value is '.' or '-') ? "%" : null;

    private static string? ForTerminal(Rune rune, int at) =>
        at < 0 || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator || IsLetterWithoutShape(rune.Value) ? @"\x" : null;

    // Unicode's Default_Ignorable_Code_Point, less what is in the categories above: fillers, joiners, what chooses between shapes, and places kept for such.
    private static bool IsLetterWithoutShape(int value) => value is 0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or (>= 0x180b and <= 0x180f) or 0x2065
        or 0x3164 or (>= 0xfe00 and <= 0xfe0f) or 0xffa0 or (>= 0xfff0 and <= 0xfff8) or (>= 0xe0000 and <= 0xe0fff);
}
