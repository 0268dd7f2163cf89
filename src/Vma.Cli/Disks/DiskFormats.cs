// SPDX-License-Identifier: MIT

using Vma.Qemu.Images;

namespace Vma.Cli.Disks;

/// <summary>The disk formats: how they are called, how their files are named, and which one a file has.</summary>
internal static class DiskFormats
{
    public const string Raw = "raw";
    private const int MagicLength = 80;

    /// <summary>Formats that can be read, by QEMU's names, with the extensions of their files; the first is that of files we make.</summary>
    private static readonly (string Format, string[] Extensions, bool Writable)[] All =
    [
        (Raw, [".raw"], true),
        ("qcow2", [".qcow2"], true),
        ("vmdk", [".vmdk"], true),
        ("vdi", [".vdi"], true),
        ("vhdx", [".vhdx"], true),
        ("vpc", [".vhd", ".vpc"], true),
        ("qed", [".qed"], true),
        ("parallels", [".hdd", ".hds"], true),
        ("qcow", [".qcow"], false),
        ("luks", [".luks"], false),
        ("dmg", [".dmg"], false),
        ("bochs", [], false),
        ("cloop", [], false),
    ];

    /// <summary>What the first bytes are, for a host without QEMU's tools.</summary>
    private static readonly (string Format, int Offset, byte[] Magic)[] Known =
    [
        ("qcow2", 0, [.. "QFI"u8, 0xfb]),
        ("vmdk", 0, [.. "KDMV"u8]),
        ("vmdk", 0, [.. "# Disk DescriptorFile"u8]),
        ("vhdx", 0, [.. "vhdxfile"u8]),
        ("vpc", 0, [.. "conectix"u8]),
        ("qed", 0, [.. "QED"u8, 0]),
        ("luks", 0, [.. "LUKS"u8, 0xba, 0xbe]),
        ("parallels", 0, [.. "WithoutFreeSpace"u8]),
        ("parallels", 0, [.. "WithouFreSpacExt"u8]),
        ("vdi", 64, [0x7f, 0x10, 0xda, 0xbe]),
    ];

    public static IEnumerable<string> Readable => All.Select(one => one.Format);

    public static IEnumerable<string> Writable => All.Where(one => one.Writable).Select(one => one.Format);

    public static bool IsKnown(string format) => All.Any(one => one.Format == format);

    /// <summary>Refuses a format that cannot be read.</summary>
    public static void ThrowIfUnknown(string format)
    {
        CommandException.UsageIf(!IsKnown(format),
            $"there is no disk format '{EscapedText.Of(format)}'; there are {string.Join(", ", All.Select(one => one.Format))}");
    }

    /// <summary>Refuses a format that no new image can have.</summary>
    public static void ThrowIfNotWritable(string format)
    {
        CommandException.UsageIf(!Writable.Contains(format),
            $"disks cannot be restored to the format '{EscapedText.Of(format)}'; they can to {string.Join(", ", Writable)}");
    }

    /// <summary>The extension of a file of this format.</summary>
    public static string ExtensionOf(string format) => All.Single(one => one.Format == format).Extensions[0];

    /// <summary>Whether a file's name promises an OVA, which is a machine and not a disk.</summary>
    public static bool IsOva(string path) => path.EndsWith(".ova", StringComparison.OrdinalIgnoreCase);

    /// <summary>The format that a file's name promises; null when it promises none.</summary>
    public static string? ByName(string path)
    {
        string extension = Path.GetExtension(path);
        return path.StartsWith("/dev/", StringComparison.Ordinal) ? Raw
            : All.FirstOrDefault(one => one.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)).Format;
    }

    /// <summary>
    /// The format of an image when the user does not say it. Name and content must agree: a guest that could write to a raw disk can have written the
    /// beginning of another format to it, one that names any file of this host as its own.
    /// </summary>
    public static string Detect(string path, RawDisk disk)
    {
        string? promised = ByName(path);
        string seen = QemuTool.IsInstalled ? QemuImage.DetectFormat(path) : ByContent(disk);
        if (seen == promised || (seen == Raw && promised is null))
        {
            return seen;
        }

        string shown = EscapedText.Of(path);
        string storeAsItIs = $"format={Raw}: in front of it to store it byte by byte as it is";
        throw CommandException.Failed(seen == Raw
            ? $"'{shown}' does not look like {promised}, as its name says; say {storeAsItIs}"
            : $"'{shown}' looks like {seen}{(promised is null ? string.Empty : $", though its name says {promised}")}; "
                + $"say format={seen}: in front of it to store the disk in it, or {storeAsItIs}");
    }

    private static string ByContent(RawDisk disk)
    {
        var start = new byte[Math.Min(MagicLength, disk.Length)];
        disk.ReadAt(0, start);
        return Known.FirstOrDefault(known => start.AsSpan(Math.Min(known.Offset, start.Length)).StartsWith(known.Magic)).Format ?? Raw;
    }
}
