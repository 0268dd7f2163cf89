// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Compression.Native;

/// <summary>The system's libzstd. Sizes in bytes; a size that <see cref="IsError"/> is an error code.</summary>
internal static partial class LibZstd
{
    private const string Library = "libzstd.so.1";

    /// <summary>ZSTD_d_windowLogMax</summary>
    public const int LargestWindowLog = 100;

    /// <summary>ZSTD_d_forceIgnoreChecksum, of zstd 1.4.9 and later; earlier ones refuse it and go on comparing.</summary>
    public const int IgnoreChecksum = 1002;

    /// <summary>ZSTD_c_compressionLevel</summary>
    public const int CompressionLevel = 100;

    /// <summary>ZSTD_c_checksumFlag</summary>
    public const int ChecksumFlag = 201;

    /// <summary>ZSTD_c_stableInBuffer and ZSTD_c_stableOutBuffer: what is compressed stays where it is and is not copied, nor is what it becomes.</summary>
    public const int StableInput = 1006, StableOutput = 1007;

    /// <summary>ZSTD_reset_session_only</summary>
    public const int ResetSession = 1;

    /// <summary>ZSTD_e_flush: what was given so far becomes blocks of its own.</summary>
    public const int Flush = 1;

    /// <summary>ZSTD_e_end</summary>
    public const int End = 2;

    /// <summary>zstd 1.5.4: from this version on an input that stays in its place may become longer between calls.</summary>
    private const uint LetsInputGrow = 10504;

    /// <summary>Whether a frame can be compressed in several steps without its input being copied.</summary>
    public static bool CompressesInSteps => Version() >= LetsInputGrow;

    public static string ErrorName(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? "unknown error";

    public static bool IsError(nuint code) => IsErrorCode(code) != 0;

    /// <summary>A new decompression context.</summary>
    public static nint NewDecoder() => NativeCall.Made(Library, "libzstd1", CreateDecoder);

    /// <summary>A new compression context.</summary>
    public static nint NewEncoder() => NativeCall.Made(Library, "libzstd1", CreateEncoder);

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial nint CreateEncoder();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeEncoder(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetEncoderParameter(nint context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_versionNumber")]
    private static partial uint Version();

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_reset")]
    public static partial nuint ResetEncoder(nint context, int what);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setPledgedSrcSize")]
    public static partial nuint AnnounceLength(nint context, ulong length);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint CompressStream(nint context, ref Buffer output, ref Buffer input, int directive);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress2")]
    public static unsafe partial nuint Compress(nint context, byte* destination, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial nint CreateDecoder();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecoder(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetDecoderParameter(nint context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_reset")]
    public static partial nuint ResetDecoder(nint context, int what);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    public static unsafe partial nuint Decompress(nint context, byte* destination, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompress_usingDict")]
    public static unsafe partial nuint DecompressWith(
        nint context, byte* destination, nuint capacity, byte* source, nuint length, byte* dictionary, nuint dictionaryLength);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint DecompressStream(nint context, ref Buffer output, ref Buffer input);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsErrorCode(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer: memory, its length, and how far it is used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Buffer
    {
        public byte* Memory;
        public nuint Length;
        public nuint Position;
    }
}
