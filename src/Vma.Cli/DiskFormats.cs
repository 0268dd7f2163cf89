// SPDX-License-Identifier: MIT

namespace Vma.Cli;

/// <summary>The disk formats that can be named, and the one that is supported.</summary>
internal static class DiskFormats
{
    public const string Raw = "raw";

    private static readonly (string Format, byte[] Magic)[] Known =
    [
        ("qcow2", [.. "QFI"u8, 0xfb]),
        ("vmdk", [.. "KDMV"u8]),
        ("vhdx", [.. "vhdxfile"u8]),
        ("qed", [.. "QED"u8, 0]),
        ("luks", [.. "LUKS"u8, 0xba, 0xbe]),
    ];

    public static void ThrowIfUnsupported(string format)
    {
        if (format != Raw)
        {
            throw CommandException.Failed($"format={ArchiveFile.Escape(format)} is not supported yet, only format={Raw} is; convert with qemu-img convert");
        }
    }

    /// <summary>
    /// A disk without <c>format=</c> is taken as raw; when it starts like something else, that is more likely what it is.
    /// </summary>
    public static void ThrowIfLooksOtherwise(string path, RawDisk disk)
    {
        Span<byte> start = stackalloc byte[8];
        start = start[..(int)Math.Min(start.Length, disk.Length)];
        disk.ReadAt(0, start);
        foreach ((string format, byte[] magic) in Known)
        {
            if (start.StartsWith(magic))
            {
                throw CommandException.Failed($"'{ArchiveFile.Escape(path)}' looks like {format}; say format=raw: in front of it to store it byte by byte as it is");
            }
        }
    }
}
