// SPDX-License-Identifier: MIT

namespace Vma.Format;

/// <summary>Tells what a file is that is no archive, for the message to the user.</summary>
internal static class KnownMagic
{
    public static string Describe(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]))
        {
            return Compressed("zstd", "zstd -dc");
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'L', (byte)'Z', (byte)'O']))
        {
            return Compressed("lzop", "lzop -dc");
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return Compressed("gzip", "gzip -dc");
        }

        if (start.StartsWith("BZh"u8))
        {
            return Compressed("bzip2", "bzip2 -dc");
        }

        return start.StartsWith("QFI\xfb"u8[..3]) ? ": it is a qcow2 image" : string.Empty;
    }

    private static string Compressed(string format, string command) =>
        $": it is compressed with {format}, which is not supported yet; pipe it in: {command} ARCHIVE | vma VERB -";
}
