// SPDX-License-Identifier: MIT

using ICSharpCode.SharpZipLib.BZip2;
using System.IO.Compression;
using Vma.Compression.Lzop;
using Vma.Compression.Streams;
using Vma.Compression.Zstd;
using Vma.Compression.Zstd.Spans;
using Vma.Input;

namespace Vma.Compression.Formats;

/// <summary>Opens what an archive comes as.</summary>
internal static class Decompression
{
    /// <summary>Without it the framework takes a cut gzip stream for a whole one.</summary>
    private const string StrictSwitch = "System.IO.Compression.UseStrictValidation";

    /// <summary>
    /// Looks at the first bytes, and gives the plain archive. Of a compressed one no more is read than is asked for. The stream stays open.
    /// </summary>
    /// <param name="stream">Stands at the archive's first byte.</param>
    /// <param name="damage">Takes what cannot be read.</param>
    /// <param name="follower">Is told of the frames of a zstd stream.</param>
    public static ForwardInput Open(Stream stream, DamageLog damage, ILongFrameFollower? follower = null)
    {
        var input = new ForwardInput(stream, damage);
        Span<byte> magic = stackalloc byte[CompressionMagic.Length];
        magic = magic[..input.Read(magic)];
        input.PutBack(magic);
        CompressionFormat format = CompressionMagic.Detect(magic);
        if (format == CompressionFormat.None)
        {
            return input;
        }

        var content = new FrameContent();
        Stream plain = format switch
        {
            CompressionFormat.Gzip => new FrameworkStream(format, input, damage, OpenGzip),
            CompressionFormat.Bzip2 => new FrameworkStream(format, input, damage, static input => new BZip2InputStream(input)),
            CompressionFormat.Zstd => new FrameStream(new ZstdScanner(input, content, follower), content, CodecOf(format), damage),
            _ => new FrameStream(new LzopScanner(input, content), content, CodecOf(format), damage),
        };
        return new ForwardInput(plain, damage, isDecoded: true);
    }

    /// <summary>Gives the plain archive by the spans of its index. The stream, which stands at the archive's first byte, stays open.</summary>
    public static ForwardInput OpenSpans(Stream stream, DamageLog damage, FrameTable table, ISpanRecords records)
    {
        var content = new FrameContent();
        var scanner = new SpanScanner(new ForwardInput(stream, damage), content, table);
        return new ForwardInput(new FrameStream(scanner, content, new SpanCodec(records), damage), damage, isDecoded: true);
    }

    /// <summary>A scanner for a format that has frames. It reads their bytes into <paramref name="content"/>, or passes over them where it is null.</summary>
    public static IFrameScanner ScannerOf(CompressionFormat format, ForwardInput input, FrameContent? content) =>
        format == CompressionFormat.Zstd ? new ZstdScanner(input, content) : new LzopScanner(input, content);

    /// <summary>A codec for a format that has frames.</summary>
    public static IFrameCodec CodecOf(CompressionFormat format) => format == CompressionFormat.Zstd ? new ZstdCodec() : new LzopCodec();

    private static GZipStream OpenGzip(Stream input)
    {
        if (!AppContext.TryGetSwitch(StrictSwitch, out _))
        {
            AppContext.SetSwitch(StrictSwitch, true);
        }

        return new GZipStream(input, CompressionMode.Decompress);
    }
}
