// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Cli.DisksFromArchive;

/// <summary>One line of a restore map: where a device goes, or that it is skipped.</summary>
internal sealed record MapLine(string Device)
{
    private const string SkipKey = "skip=";

    /// <summary>QEMU's filter for a disk that reads as zeros until it is written.</summary>
    private const string ZeroInitPrefix = "zeroinit:";

    /// <summary>Where it goes; null when the device is skipped.</summary>
    public string? Path { get; private init; }

    public string? Format { get; private init; }

    public long? BytesPerSecond { get; private init; }

    public string? Group { get; private init; }

    public RawDiskCache? Cache { get; private init; }

    /// <summary>Whether zeros must be written, since the target does not read as zeros already.</summary>
    public bool WriteZeroes { get; private init; }

    /// <exception cref="CommandException">The line is not one of a map.</exception>
    public static MapLine Parse(string line)
    {
        if (line.StartsWith(SkipKey, StringComparison.Ordinal))
        {
            return line.Length > SkipKey.Length ? new MapLine(line[SkipKey.Length..]) : throw Wrong(line, "no device name");
        }

        var parsed = new MapLine(string.Empty);
        string rest = line;
        while (!rest.StartsWith("0:", StringComparison.Ordinal) && !rest.StartsWith("1:", StringComparison.Ordinal))
        {
            int equals = rest.IndexOf('=', StringComparison.Ordinal);
            int colon = rest.IndexOf(':', StringComparison.Ordinal);
            if (equals < 0 || colon < equals)
            {
                throw Wrong(line, "neither 0: nor 1: stands in front of the device");
            }

            parsed = parsed.With(line, rest[..equals], rest[(equals + 1)..colon]);
            rest = rest[(colon + 1)..];
        }

        int separator = rest.IndexOf('=', StringComparison.Ordinal);
        if (separator <= 2 || separator == rest.Length - 1)
        {
            throw Wrong(line, "no NAME=PATH");
        }

        string path = rest[(separator + 1)..];
        bool isZero = path.StartsWith(ZeroInitPrefix, StringComparison.Ordinal) && path.Length > ZeroInitPrefix.Length;
        return parsed with { Device = rest[2..separator], Path = isZero ? path[ZeroInitPrefix.Length..] : path, WriteZeroes = rest[0] == '1' && !isZero };
    }

    private MapLine With(string line, string key, string value) => (key, this) switch
    {
        ("format", { Format: null }) => this with { Format = value },
        ("throttling.bps", { BytesPerSecond: null }) => this with { BytesPerSecond = ParseNumber(line, value) },
        ("throttling.group", { Group: null }) => this with { Group = value },
        ("cache", { Cache: null }) => this with { Cache = ParseCache(line, value) },
        ("format" or "throttling.bps" or "throttling.group" or "cache", _) => throw Wrong(line, $"{key}= stands there twice"),
        _ => throw Wrong(line, $"there is no option '{EscapedText.Of(key)}'"),
    };

    private static RawDiskCache ParseCache(string line, string value) => value switch
    {
        "none" or "off" => RawDiskCache.None,
        "directsync" => RawDiskCache.DirectSync,
        "writeback" => RawDiskCache.WriteBack,
        "unsafe" => RawDiskCache.Unsafe,
        "writethrough" => RawDiskCache.WriteThrough,
        _ => throw Wrong(line, $"there is no cache mode '{EscapedText.Of(value)}'; there are none, off, directsync, writeback, unsafe, writethrough"),
    };

    private static long ParseNumber(string line, string value)
    {
        bool isHexadecimal = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (isHexadecimal && long.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out long number) && number >= 0)
        {
            return number;
        }

        if (!isHexadecimal && value is ['0', .. { Length: > 0 and < 21 } digits] && digits.All(digit => digit is >= '0' and <= '7'))
        {
            return digits.Aggregate(0L, (sum, digit) => sum * 8 + (digit - '0'));
        }

        return !isHexadecimal && value is "0" or not ['0', ..] && long.TryParse(value, NumberStyles.None, null, out number)
            ? number
            : throw Wrong(line, $"'{EscapedText.Of(value)}' is no number of bytes per second");
    }

    private static CommandException Wrong(string line, string reason) => CommandException.Usage($"restore map: {reason}: '{EscapedText.Of(line)}'");
}
