// SPDX-License-Identifier: MIT

using ICSharpCode.SharpZipLib.BZip2;
using System.IO.Compression;
using Vma.Compression.Lzop;
using Vma.Compression.Zstd;
using Vma.Reading;

namespace Vma.Compression;

/// <summary>Opens whatever an archive comes as, and gives the plain archive.</summary>
internal static class Decompression
{
    /// <summary>Without it the framework takes a cut gzip stream for a whole one.</summary>
    private const string StrictSwitch = "System.IO.Compression.UseStrictValidation";

    /// <summary>
    /// Looks at the first bytes. A plain archive is given as it is, seekable when it was; of a compressed one no more is read than is
    /// asked for. Closing what is given leaves <paramref name="stream"/> open.
    /// </summary>
    public static Stream Open(Stream stream, DamageLog damage)
    {
        var magic = new byte[CompressionMagic.Length];
        int length = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        Stream whole;
        if (stream.CanSeek)
        {
            stream.Seek(-length, SeekOrigin.Current);
            whole = stream;
        }
        else
        {
            whole = new PeekedStream(magic.AsMemory(0, length), stream);
        }

        return CompressionMagic.Detect(magic.AsSpan(0, length)) switch
        {
            CompressionFormat.Zstd => new PieceStream(new ZstdPieces(whole), damage),
            CompressionFormat.Lzop => new PieceStream(new LzopPieces(whole), damage),
            CompressionFormat.Gzip => new FrameworkStream("gzip", whole, damage, OpenGzip),
            CompressionFormat.Bzip2 => new FrameworkStream("bzip2", whole, damage, static input => new BZip2InputStream(input)),
            _ => whole,
        };
    }

    /// <summary>Whether a stream that <see cref="Open"/> gave comes out of a decoder.</summary>
    public static bool IsDecoded(Stream plain) => plain is PieceStream or FrameworkStream;

    private static GZipStream OpenGzip(Stream input)
    {
        if (!AppContext.TryGetSwitch(StrictSwitch, out _))
        {
            AppContext.SetSwitch(StrictSwitch, true);
        }

        return new GZipStream(input, CompressionMode.Decompress);
    }
}
