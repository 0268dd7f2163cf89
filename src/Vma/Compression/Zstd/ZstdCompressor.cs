// SPDX-License-Identifier: MIT

using Vma.Compression.Native;

namespace Vma.Compression.Zstd;

/// <summary>One compression context. Each call makes a frame with its content's size and checksum. Not thread-safe.</summary>
internal sealed class ZstdCompressor : IDisposable
{
    private nint _context = LibZstd.NewEncoder();
    private readonly bool _inSteps;

    /// <param name="level">zstd's own.</param>
    /// <param name="inSteps">Whether the front gets a block of its own, where the library can do that without copying all the rest.</param>
    public ZstdCompressor(int level, bool inSteps = true)
    {
        LibZstd.SetEncoderParameter(_context, LibZstd.CompressionLevel, level);
        LibZstd.SetEncoderParameter(_context, LibZstd.ChecksumFlag, 1);
        _inSteps = inSteps && LibZstd.CompressesInSteps
            && !LibZstd.IsError(LibZstd.SetEncoderParameter(_context, LibZstd.StableInput, 1))
            && !LibZstd.IsError(LibZstd.SetEncoderParameter(_context, LibZstd.StableOutput, 1));
    }

    ~ZstdCompressor() => Free();

    /// <summary>What <paramref name="length"/> bytes become at most (ZSTD_COMPRESSBOUND, for more than 128 KiB or less, and a block more).</summary>
    public static int LongestResult(int length) => length + (length >> 8) + 64 + (128 << 10 >> 11) + 16;

    /// <summary>Makes a frame; its first <paramref name="front"/> bytes can be decoded without what follows.</summary>
    public unsafe int Compress(ReadOnlySpan<byte> plain, int front, Span<byte> frame)
    {
        fixed (byte* source = plain)
        fixed (byte* destination = frame)
        {
            if (!_inSteps || plain.Length <= front)
            {
                return (int)Checked(LibZstd.Compress(_context, destination, (nuint)frame.Length, source, (nuint)plain.Length));
            }

            Checked(LibZstd.ResetEncoder(_context, LibZstd.ResetSession));
            Checked(LibZstd.AnnounceLength(_context, (ulong)plain.Length));
            var input = new LibZstd.Buffer { Memory = source, Length = (nuint)front };
            var output = new LibZstd.Buffer { Memory = destination, Length = (nuint)frame.Length };
            Checked(LibZstd.CompressStream(_context, ref output, ref input, LibZstd.Flush));
            input.Length = (nuint)plain.Length;
            nuint left = Checked(LibZstd.CompressStream(_context, ref output, ref input, LibZstd.End));
            return left == 0 ? (int)output.Position : throw new InvalidOperationException("zstd: a frame became longer than it can be");
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static nuint Checked(nuint result) => LibZstd.IsError(result) ? throw new InvalidOperationException($"zstd: {LibZstd.ErrorName(result)}") : result;

    private void Free()
    {
        // A constructor that found no library leaves nothing to free, and no library to free it with.
        if (_context != 0)
        {
            LibZstd.FreeEncoder(_context);
            _context = 0;
        }
    }
}
