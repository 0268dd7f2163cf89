// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Cli.Salvage;

/// <summary>What <c>--size NAME=BYTES</c> says.</summary>
internal static class SizeArgument
{
    private const string Units = "KMGT";
    /// <summary>2^48 bytes: what clusters can address (docs/format.md).</summary>
    public const long MaxSize = 1L << 48;


    public static IReadOnlyDictionary<VmaName, long> Parse(IEnumerable<string> arguments)
    {
        var sizes = new Dictionary<VmaName, long>();
        foreach (string argument in arguments)
        {
            int equals = argument.LastIndexOf('=');
            if (equals <= 0 || ParseSize(argument[(equals + 1)..]) is not { } size || !sizes.TryAdd(argument[..equals], size))
            {
                throw CommandException.Usage($"'{ArchiveFile.Escape(argument)}': --size is NAME=BYTES, once for each name, with K, M, G or T for powers of 1024");
            }
        }

        return sizes;
    }

    private static long? ParseSize(string text)
    {
        int unit = text.Length > 0 ? Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) + 1 : 0;
        string digits = unit > 0 ? text[..^1] : text;
        bool isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0;
        return isNumber && number <= MaxSize >> (10 * unit) ? number << (10 * unit) : null;
    }
}
