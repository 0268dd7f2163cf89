// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Compression.Native;

namespace Vma.Compression.Lzop;

/// <summary>The container of lzop: a header, blocks of at most 256 KiB, each with the Adler-32 of its plain data, and a zero.</summary>
internal sealed class LzopEncoding : ArchiveEncoding
{
    private const int BlockLength = 256 << 10;
    private const int WordLength = 4;

    public LzopEncoding() => LibLzo.Require();

    public override byte[] Start => LzopHeader.WriteUsual();

    public override IFrameEncoder CreateEncoder() => new Encoder();

    public override byte[] End() => new byte[WordLength];

    private sealed class Encoder : IFrameEncoder
    {
        private readonly byte[] _workMemory = GC.AllocateUninitializedArray<byte>(LibLzo.WorkMemoryLength);
        private readonly byte[] _block = GC.AllocateUninitializedArray<byte>(LibLzo.LongestResult(BlockLength));
        private byte[] _encoded = [];
        private int _length;

        public ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> plain)
        {
            int blocks = (plain.Length + BlockLength - 1) / BlockLength;
            int longest = plain.Length + blocks * 3 * WordLength;
            if (_encoded.Length < longest)
            {
                _encoded = GC.AllocateUninitializedArray<byte>(longest);
            }

            _length = 0;
            for (int at = 0; at < plain.Length; at += BlockLength)
            {
                AppendBlock(plain.Slice(at, Math.Min(BlockLength, plain.Length - at)));
            }

            return _encoded.AsSpan(0, _length);
        }

        public void Dispose()
        {
        }

        private void AppendBlock(ReadOnlySpan<byte> plain)
        {
            int compressed = LibLzo.Compress(plain, _block, _workMemory);
            ReadOnlySpan<byte> stored = compressed < plain.Length ? _block.AsSpan(0, compressed) : plain;
            AppendWord((uint)plain.Length);
            AppendWord((uint)stored.Length);
            AppendWord(LibLzo.Adler32(plain));
            stored.CopyTo(_encoded.AsSpan(_length));
            _length += stored.Length;
        }

        private void AppendWord(uint value)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_encoded.AsSpan(_length), value);
            _length += WordLength;
        }
    }
}
