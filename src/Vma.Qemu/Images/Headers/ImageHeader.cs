// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Images.Headers;

/// <summary>The other files that an image names in its header: all that a tool of QEMU's would open because of it.</summary>
internal sealed record ImageHeader
{
    /// <summary>As many first bytes of an image as what is read here can lie in: a cluster of qcow2 is not longer, nor is a descriptor of VMDK.</summary>
    public const int Length = 1 << Qcow2Header.MaxClusterBits;

    private const int VhdTypeOffset = 60;

    /// <summary>The image that it lies on.</summary>
    public string? Backing { get; init; }

    /// <summary>The format of <see cref="Backing"/>; null when the image does not say.</summary>
    public string? BackingFormat { get; init; }

    /// <summary>Whether a qcow2 image has its data in another file.</summary>
    public bool HasDataFile { get; init; }

    /// <summary>The name of the file for a qcow2 image's data, also when it has its data itself; null when it names none.</summary>
    public string? DataFile { get; init; }

    /// <summary>The files that hold a VMDK's data.</summary>
    public IReadOnlyList<string> Extents { get; init; } = [];

    /// <summary>How a qcow2 image is encrypted, <c>luks</c> or <c>aes</c>; null when it is not.</summary>
    public string? Encryption { get; init; }

    /// <summary>Reads what an image names. Gives why a tool must not open it, as the end of a sentence about it; null when it may.</summary>
    /// <param name="start">The first bytes of the image, <see cref="Length"/> of them if it has as many.</param>
    /// <param name="format">Its format, as QEMU calls it.</param>
    /// <param name="header">What it names.</param>
    public static string? Read(ReadOnlySpan<byte> start, string format, out ImageHeader header)
    {
        header = new ImageHeader();
        switch (format)
        {
            case "qcow2":
                return Qcow2Header.Read(start, out header);
            case "qcow":
                return QcowHeader.Read(start, out header);
            case "qed":
                return QedHeader.Read(start, out header);
            case "vmdk":
                return VmdkHeader.Read(start, out header);
            case "vpc":
                // QEMU takes one that lies on another for one that holds all of its data.
                return start.StartsWith("conectix"u8) && start.Length > VhdTypeOffset + 3 && start[VhdTypeOffset + 3] == 4
                    ? "is a differencing VHD, which lies on another file; QEMU cannot read these" : null;
            case "raw" or "vdi" or "vhdx" or "parallels" or "luks" or "dmg" or "bochs" or "cloop":
                return null; // QEMU opens nothing else for these; it refuses a VHDX that lies on another
            default:
                return $"has the format '{format}', of which it is not known what its images name";
        }
    }

    /// <summary>The format of an image that can name other files; null for any other.</summary>
    public static string? Recognize(ReadOnlySpan<byte> start) =>
        start.StartsWith(Qcow2Header.Magic) ? (start.Length > 7 && start[4..8].SequenceEqual<byte>([0, 0, 0, 1]) ? "qcow" : "qcow2")
        : start.StartsWith(QedHeader.Magic) ? "qed"
        : VmdkHeader.IsVmdk(start) ? "vmdk"
        : null;
}
