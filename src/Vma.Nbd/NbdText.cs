// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Vma.Nbd;

/// <summary>Text that a peer or a user sent, and what people read about it.</summary>
internal static class NbdText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes as text; null when they are not UTF-8.</summary>
    public static string? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether a text is short enough to be sent.</summary>
    public static bool Fits(string text) => Encoding.UTF8.GetByteCount(text) <= NbdLimits.LongestText;

    /// <summary>Whether a text can be an export's name.</summary>
    public static bool IsName(string text) => Fits(text) && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>A peer's message in one line that is safe on a terminal: nothing in it moves the cursor, turns text around or is not seen.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes) => string.Concat(Encoding.UTF8.GetString(bytes).EnumerateRunes().Select(rune =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator ? "?" : rune.ToString()));

    /// <summary>An error in words, with its name in C.</summary>
    public static string Describe(NbdError error) => error switch
    {
        NbdError.NotPermitted => "not permitted (EPERM)",
        NbdError.InputOutput => "input/output error (EIO)",
        NbdError.OutOfMemory => "out of memory (ENOMEM)",
        NbdError.Invalid => "invalid request (EINVAL)",
        NbdError.NoSpace => "no space left (ENOSPC)",
        NbdError.Overflow => "too long (EOVERFLOW)",
        NbdError.NotSupported => "not supported (ENOTSUP)",
        NbdError.Shutdown => "the server is shutting down (ESHUTDOWN)",
        _ => $"error {(uint)error}",
    };
}
