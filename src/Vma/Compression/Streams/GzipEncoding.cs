// SPDX-License-Identifier: MIT

using System.IO.Compression;

namespace Vma.Compression.Streams;

/// <summary>gzip: each frame is a member of its own; gzip reads them as one stream.</summary>
internal sealed class GzipEncoding(int level) : ArchiveEncoding
{
    public override IFrameEncoder CreateEncoder() => new Encoder(level);

    private sealed class Encoder(int level) : IFrameEncoder
    {
        private readonly MemoryStream _encoded = new();

        public ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> plain)
        {
            _encoded.SetLength(0);
            using (var gzip = new GZipStream(_encoded, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
            {
                gzip.Write(plain);
            }

            return _encoded.GetBuffer().AsSpan(0, (int)_encoded.Length);
        }

        public void Dispose() => _encoded.Dispose();
    }
}
