// SPDX-License-Identifier: MIT

using System.IO.Compression;

namespace Vma.Compression.Streams;

/// <summary>gzip: each chunk a member, which gzip reads as one stream.</summary>
internal sealed class GzipEncoding(int level) : ArchiveEncoding
{
    public override IChunkEncoder CreateEncoder() => new Encoder(level);

    private sealed class Encoder(int level) : IChunkEncoder
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
