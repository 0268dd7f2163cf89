// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Compression.Native;

/// <summary>The system's liblzo2.</summary>
internal static partial class LibLzo
{
    private const string Library = "liblzo2.so.2";

    /// <summary>Throws a clear error when the library is not there.</summary>
    public static void Require() => NativeCall.Of(Library, "liblzo2-2", static () => Version());

    /// <summary>Whether <paramref name="source"/> decodes to just as many bytes as <paramref name="destination"/> has. Never goes beyond either.</summary>
    public static unsafe bool Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            nuint length = (nuint)destination.Length;
            return DecompressSafe(from, (nuint)source.Length, to, ref length, 0) == 0 && length == (nuint)destination.Length;
        }
    }

    /// <summary>LZO1X_1_MEM_COMPRESS: 16,384 pointers.</summary>
    public const int WorkMemoryLength = 16384 * 8;

    /// <summary>What <paramref name="length"/> bytes become at most (LZO.FAQ).</summary>
    public static int LongestResult(int length) => length + length / 16 + 64 + 3;

    public static unsafe int Compress(ReadOnlySpan<byte> source, Span<byte> destination, Span<byte> workMemory)
    {
        fixed (byte* from = source)
        fixed (byte* to = destination)
        fixed (byte* work = workMemory)
        {
            nuint length = (nuint)destination.Length;
            int status = Compress1(from, (nuint)source.Length, to, ref length, work);
            return status == 0 ? (int)length : throw new InvalidOperationException($"lzo1x_1_compress gave {status}");
        }
    }

    public static uint Adler32(ReadOnlySpan<byte> data) => Adler(1, data, (nuint)data.Length);

    public static uint Crc32(ReadOnlySpan<byte> data) => Crc(0, data, (nuint)data.Length);

    [LibraryImport(Library, EntryPoint = "lzo_version")]
    private static partial uint Version();

    [LibraryImport(Library, EntryPoint = "lzo1x_decompress_safe")]
    private static unsafe partial int DecompressSafe(byte* source, nuint length, byte* destination, ref nuint destinationLength, nint workMemory);

    [LibraryImport(Library, EntryPoint = "lzo1x_1_compress")]
    private static unsafe partial int Compress1(byte* source, nuint length, byte* destination, ref nuint destinationLength, byte* workMemory);

    [LibraryImport(Library, EntryPoint = "lzo_adler32")]
    private static partial uint Adler(uint checksum, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Library, EntryPoint = "lzo_crc32")]
    private static partial uint Crc(uint checksum, ReadOnlySpan<byte> data, nuint length);
}
