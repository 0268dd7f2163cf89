// SPDX-License-Identifier: MIT

using Vma.Qemu.Images.Headers;

namespace Vma.Qemu.Guests.Ovf;

/// <summary>Looks at an image that a stranger made before any tool of QEMU's does: it must hold its data itself, and name no other file.</summary>
internal static class ForeignImage
{
    /// <summary>Why QEMU must not open the image, as the end of a sentence about it; null when it may.</summary>
    /// <param name="image">The image, from its start.</param>
    /// <param name="format">Its format, as QEMU calls it.</param>
    public static string? WhyNot(Stream image, string format)
    {
        if (format is not ("raw" or "vmdk" or "qcow2"))
        {
            return $"has the format {format}; the disks of an OVA are VMDK, raw or qcow2";
        }

        ReadOnlySpan<byte> start = Start(image);
        if (format == "vmdk" && !start.StartsWith("KDMV"u8))
        {
            return "is not a VMDK that holds its data itself";
        }

        return ImageHeader.Read(start, format, out ImageHeader header) is { } reason ? reason
            : header.Backing is not null ? format == "vmdk" ? "names another VMDK that it lies on" : "names another file that it lies on"
            : header.HasDataFile ? "has its data in another file"
            : header.Encryption is not null ? "is encrypted"
            : header.DataFile is not null ? "names another file for its data"
            : null;
    }

    private static ReadOnlySpan<byte> Start(Stream image)
    {
        var start = new byte[ImageHeader.Length];
        return start.AsSpan(0, image.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
    }
}
