// SPDX-License-Identifier: MIT

namespace Vma.Format;

/// <summary>Tells what a file is that is no archive, for the message to the user.</summary>
internal static class KnownMagic
{
    /// <summary>The compressor whose output starts like this, or null.</summary>
    public static string? CompressorOf(ReadOnlySpan<byte> start) => start switch
    {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [0x89, (byte)'L', (byte)'Z', (byte)'O', ..] => "lzop",
        [0x1f, 0x8b, ..] => "gzip",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzip2",
        _ => null,
    };

    public static string Describe(ReadOnlySpan<byte> start)
    {
        if (CompressorOf(start) is { } compressor)
        {
            return $": it is compressed with {compressor}, which is not supported yet; pipe it in: {compressor} -dc ARCHIVE | vma VERB -";
        }

        return start is [(byte)'Q', (byte)'F', (byte)'I', 0xfb, ..] ? ": it is a qcow2 image" : string.Empty;
    }
}
