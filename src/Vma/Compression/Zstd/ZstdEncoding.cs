// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Compression.Zstd;

/// <summary>
/// The seekable layout of docs/integrity.md: the frames of the archive, then in skippable frames the cluster map and the seek table.
/// </summary>
internal sealed class ZstdEncoding(int level) : ArchiveEncoding
{
    private readonly SeekTable _table = new();
    private readonly ClusterMap _map = new();

    public override IFrameEncoder CreateEncoder() => new Encoder(level);

    public override void OnWritten(int plainLength, int encodedLength, IReadOnlyList<BlockInfo> slots)
    {
        _map.Add(_table.Count, slots);
        _table.Add(encodedLength, plainLength);
    }

    public override byte[] End()
    {
        byte[] map = _map.ToFrame();
        _table.Add(map.Length, 0);
        return [.. map, .. _table.ToFrame()];
    }

    private sealed class Encoder : IFrameEncoder
    {
        private readonly ZstdCompressor _compressor;
        private byte[] _encoded = [];

        public Encoder(int level) => _compressor = new ZstdCompressor(level);

        public ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> plain)
        {
            int longest = ZstdCompressor.LongestResult(plain.Length);
            if (_encoded.Length < longest)
            {
                _encoded = GC.AllocateUninitializedArray<byte>(longest);
            }

            return _encoded.AsSpan(0, _compressor.Compress(plain, ExtentLayout.HeaderLength, _encoded));
        }

        public void Dispose() => _compressor.Dispose();
    }
}
