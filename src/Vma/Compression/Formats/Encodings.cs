// SPDX-License-Identifier: MIT

using Vma.Compression.Lzop;
using Vma.Compression.Streams;
using Vma.Compression.Zstd;

namespace Vma.Compression.Formats;

/// <summary>The encodings of an archive that is written.</summary>
internal static class Encodings
{
    public static ArchiveEncoding For(VmaCompression compression) => compression.Format switch
    {
        VmaCompression.Kind.Zstd => new ZstdEncoding(compression.Level),
        VmaCompression.Kind.Lzo => new LzopEncoding(),
        VmaCompression.Kind.Gzip => new GzipEncoding(compression.Level),
        _ => new PlainEncoding(),
    };

    private sealed class PlainEncoding : ArchiveEncoding, IFrameEncoder
    {
        public override bool IsPlain => true;

        public override IFrameEncoder CreateEncoder() => this;

        public ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> plain) => plain;

        public void Dispose()
        {
        }
    }
}
