// SPDX-License-Identifier: MIT

using Vma.Compression.Native;

namespace Vma.Compression.Zstd;

/// <summary>One decompression context. Not thread-safe.</summary>
internal sealed class ZstdDecoder : IDisposable
{
    /// <summary>What libzstd can at most. The callers look at a frame's header before they let it take so much.</summary>
    private const int LargestWindowLog = 31;

    /// <summary>2 GiB, what <c>zstd --long=31</c> makes.</summary>
    public const ulong LargestWindow = 1UL << LargestWindowLog;

    private nint _context = LibZstd.NewDecoder();

    /// <param name="ignoresChecksums">Whether frames are not compared with their checksums, where the library can leave that out.</param>
    public ZstdDecoder(bool ignoresChecksums = false)
    {
        LibZstd.SetDecoderParameter(_context, LibZstd.LargestWindowLog, LargestWindowLog);
        if (ignoresChecksums)
        {
            LibZstd.SetDecoderParameter(_context, LibZstd.IgnoreChecksum, 1);
        }
    }

    ~ZstdDecoder() => Free();

    /// <summary>Decodes a whole frame; gives the fault, or null when it has just the plain length.</summary>
    public unsafe string? Decode(ReadOnlySpan<byte> frame, Span<byte> plain)
    {
        fixed (byte* source = frame)
        fixed (byte* destination = plain)
        {
            return FaultOf(LibZstd.Decompress(_context, destination, (nuint)plain.Length, source, (nuint)frame.Length), plain.Length);
        }
    }

    /// <summary>Decodes a whole frame with a dictionary, which it refers to and does not copy.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, Span{byte})"/>
    public unsafe string? Decode(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> dictionary, Span<byte> plain)
    {
        fixed (byte* source = frame)
        fixed (byte* start = dictionary)
        fixed (byte* destination = plain)
        {
            return FaultOf(
                LibZstd.DecompressWith(_context, destination, (nuint)plain.Length, source, (nuint)frame.Length, start, (nuint)dictionary.Length), plain.Length);
        }
    }

    /// <summary>Decodes as much as there is input and room for; tells whether the frame is at its end.</summary>
    public unsafe bool DecodeSome(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int produced, out string? fault)
    {
        fixed (byte* source = input)
        fixed (byte* destination = output)
        {
            var from = new LibZstd.Buffer { Memory = source, Length = (nuint)input.Length };
            var to = new LibZstd.Buffer { Memory = destination, Length = (nuint)output.Length };
            nuint result = LibZstd.DecompressStream(_context, ref to, ref from);
            (consumed, produced) = ((int)from.Position, (int)to.Position);
            fault = LibZstd.IsError(result) ? LibZstd.ErrorName(result) : null;
            return fault is null && result == 0;
        }
    }

    public void Reset() => LibZstd.ResetDecoder(_context, LibZstd.ResetSession);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static string? FaultOf(nuint result, int length) =>
        LibZstd.IsError(result) ? LibZstd.ErrorName(result) : result == (nuint)length ? null : "a frame is shorter than it says";

    private void Free()
    {
        // A constructor that found no library leaves nothing to free, and no library to free it with.
        if (_context != 0)
        {
            LibZstd.FreeDecoder(_context);
            _context = 0;
        }
    }
}
