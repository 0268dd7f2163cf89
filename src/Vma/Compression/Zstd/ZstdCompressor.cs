// SPDX-License-Identifier: MIT

namespace Vma.Compression.Zstd;

/// <summary>One compression context. Each call makes a frame with its content's size and checksum. Not thread-safe.</summary>
internal sealed class ZstdCompressor : IDisposable
{
    private nint _context = LibZstd.NewEncoder();

    public ZstdCompressor(int level)
    {
        LibZstd.SetEncoderParameter(_context, LibZstd.CompressionLevel, level);
        LibZstd.SetEncoderParameter(_context, LibZstd.ChecksumFlag, 1);
    }

    ~ZstdCompressor() => Free();

    /// <summary>What <paramref name="length"/> bytes become at most (ZSTD_COMPRESSBOUND, for more than 128 KiB or less).</summary>
    public static int LongestResult(int length) => length + (length >> 8) + 64 + (128 << 10 >> 11);

    public unsafe int Compress(ReadOnlySpan<byte> plain, Span<byte> frame)
    {
        fixed (byte* source = plain)
        fixed (byte* destination = frame)
        {
            nuint length = LibZstd.Compress(_context, destination, (nuint)frame.Length, source, (nuint)plain.Length);
            return LibZstd.IsError(length) ? throw new InvalidOperationException($"zstd: {LibZstd.ErrorName(length)}") : (int)length;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

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
