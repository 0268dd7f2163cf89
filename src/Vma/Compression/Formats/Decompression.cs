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
    /// <param name="damage">Takes faults.</param>
    /// <param name="memory">How much memory the window of a zstd frame may take, in bytes.</param>
    public static ForwardInput Open(Stream stream, DamageLog damage, long memory) => Open(stream, damage, memory, follower: null);

    /// <inheritdoc cref="Open(Stream, DamageLog, long)"/>
    /// <param name="stream">Stands at the archive's first byte.</param>
    /// <param name="damage">Takes faults.</param>
    /// <param name="memory">How much memory the window of a zstd frame may take, in bytes.</param>
    /// <param name="follower">Is told of the frames of a zstd stream.</param>
    public static ForwardInput Open(Stream stream, DamageLog damage, long memory, ILongFrameFollower? follower)
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
        TableCheck? tables = format == CompressionFormat.Zstd ? new TableCheck() : null;
        Stream plain = format switch
        {
            CompressionFormat.Gzip => new FrameworkStream(format, input, damage, OpenGzip),
            CompressionFormat.Bzip2 => new FrameworkStream(format, input, damage, static input => new BZip2InputStream(input)),
            CompressionFormat.Zstd =>
                new FrameStream(new ZstdScanner(input, content, memory, tables, follower), content, CodecOf(format, memory), damage),
            _ => new FrameStream(new LzopScanner(input, content), content, CodecOf(format, memory), damage),
        };
        return new ForwardInput(plain, damage, isDecoded: true, tables);
    }

    /// <summary>Gives the plain archive by the spans of its index. The stream, which stands at the archive's first byte, stays open.</summary>
    public static ForwardInput OpenSpans(Stream stream, DamageLog damage, FrameTable table, ISpanRecords records)
    {
        var content = new FrameContent();
        var scanner = new SpanScanner(new ForwardInput(stream, damage), content, table);
        return new ForwardInput(new FrameStream(scanner, content, new SpanCodec(records), damage), damage, isDecoded: true);
    }

    /// <summary>A scanner for a format that has frames, which passes over their bytes.</summary>
    public static IFrameScanner ScannerOf(CompressionFormat format, ForwardInput input, long memory) =>
        format == CompressionFormat.Zstd ? new ZstdScanner(input, content: null, memory) : new LzopScanner(input, content: null);

    /// <summary>A codec for a format that has frames.</summary>
    public static IFrameCodec CodecOf(CompressionFormat format, long memory) => format == CompressionFormat.Zstd ? new ZstdCodec(memory) : new LzopCodec();

    private static GZipStream OpenGzip(Stream input)
    {
        if (!AppContext.TryGetSwitch(StrictSwitch, out _))
        {
            AppContext.SetSwitch(StrictSwitch, true);
        }

        return new GZipStream(input, CompressionMode.Decompress);
    }
}
