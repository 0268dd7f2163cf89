// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Compression.Zstd;

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

    public static string ErrorName(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? "unknown error";

    public static bool IsError(nuint code) => IsErrorCode(code) != 0;

    /// <summary>A new decompression context.</summary>
    public static nint NewDecoder() => NativeCall.Of(Library, "libzstd1", CreateDecoder);

    /// <summary>A new compression context.</summary>
    public static nint NewEncoder() => NativeCall.Of(Library, "libzstd1", CreateEncoder);

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial nint CreateEncoder();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeEncoder(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetEncoderParameter(nint context, int parameter, int value);

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
