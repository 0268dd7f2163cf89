// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Cli.Console;

/// <summary>Numbers of bytes, as options have them (digits, and K, M, G or T for powers of 1024) and as people read them.</summary>
internal static class SizeText
{
    private const string Units = "KMGT";

    /// <summary>2^48 bytes: what clusters can address (docs/format.md).</summary>
    public const long Max = 1L << 48;

    /// <summary>The number, 1 to <see cref="Max"/>, or null.</summary>
    public static long? Parse(string text)
    {
        int unit = text.Length > 0 ? Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) + 1 : 0;
        string digits = unit > 0 ? text[..^1] : text;
        bool isNumber = long.TryParse(digits, NumberStyles.None, null, out long number) && number > 0;
        return isNumber && number <= Max >> (10 * unit) ? number << (10 * unit) : null;
    }

    /// <summary>A number of bytes for people: 1.5 GiB.</summary>
    public static string Of(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        int unit = 0;
        while (bytes >= 1024 && unit < units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return bytes.ToString(unit == 0 ? "0" : "0.0") + " " + units[unit];
    }
}
