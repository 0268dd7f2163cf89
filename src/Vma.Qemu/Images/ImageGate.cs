// SPDX-License-Identifier: MIT

using Vma.Qemu.Host;
using Vma.Qemu.Images.Headers;

namespace Vma.Qemu.Images;

/// <summary>
/// Stands in front of every tool of QEMU that opens an image: the image may name no other file than its <see cref="QemuImage"/> does. Whatever gets by,
/// or is changed behind our back, meets the sandbox in which the tool runs.
/// </summary>
internal static class ImageGate
{
    /// <summary>Looks at an image and at all that it lies on; gives what a tool may open then.</summary>
    /// <exception cref="QemuException">One of the images may not be opened.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static Sandbox Pass(string tool, QemuImage image, bool writable = false)
    {
        for (QemuImage? part = image; part is not null; part = part.Backing)
        {
            ThrowIfMoreIsNamed(part);
        }

        string[] own = [.. image.OwnFiles().Select(Path.GetFullPath)];
        string[] others = [.. image.Files().Select(Path.GetFullPath), .. image.FirstKeyFile is { } key ? [Path.GetFullPath(key)] : Array.Empty<string>()];
        return new Sandbox(tool, others, writable ? own : []);
    }

    /// <summary>What an image names.</summary>
    /// <exception cref="QemuException">It may not be opened.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImageHeader HeaderOf(string path, string format, VmaByteRange? range = null)
    {
        byte[] start = ImageFile.ReadStart(path, range);
        if (format is "qcow2" or "qcow" or "qed" && ImageHeader.Recognize(start) != format)
        {
            return new ImageHeader(); // an image of another format, which QEMU refuses in its words before it looks for names
        }

        return ImageHeader.Read(start, format, out ImageHeader header) is { } reason ? throw new QemuException($"'{path}' {reason}") : header;
    }

    private static void ThrowIfMoreIsNamed(QemuImage image)
    {
        ImageHeader header = HeaderOf(image.Path, image.Format, image.Range);
        if (header.HasDataFile && image.DataFile is null)
        {
            throw new QemuException($"'{image.Path}' has its data in another file, which the caller did not name");
        }

        // Not what the image lies on: a tool is told that in any case.
        foreach (string extent in header.Extents.Select(name => ImageFile.Named(image.Path, name)))
        {
            if (!image.Extents.Contains(extent))
            {
                throw new QemuException($"'{image.Path}' has its data in '{extent}', which the caller did not name");
            }

            if (!VmdkHeader.IsPlainExtent(ImageFile.ReadStart(extent, most: VmdkHeader.HeaderLength)))
            {
                throw new QemuException($"'{image.Path}' has its data in '{extent}', which names other files itself");
            }
        }
    }
}
