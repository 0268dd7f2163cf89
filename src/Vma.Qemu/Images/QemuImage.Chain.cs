// SPDX-License-Identifier: MIT

using Vma.Qemu.Images.Headers;

namespace Vma.Qemu.Images;

/// <content>The files that an image consists of.</content>
public sealed partial record QemuImage
{
    private const int MaxChain = 200;

    /// <summary>
    /// An image together with the backing files, data files and extents that it names. Each must be a regular file; a device, and a name that leads
    /// elsewhere, such as <c>nbd:</c> or <c>json:</c>, are refused. A tool is run only to find out a format that no image says.
    /// </summary>
    /// <param name="path">The file or block device.</param>
    /// <param name="format">Its format.</param>
    /// <param name="keyFile">A file with the passphrase, when the image or one that it lies on is encrypted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="QemuException">One of the files cannot be opened or is refused.</exception>
    /// <exception cref="IOException">One of the files cannot be read.</exception>
    public static QemuImage Resolve(string path, string format, string? keyFile = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(format);
        return Follow(path, format, keyFile, 0, cancellationToken);
    }

    /// <summary>The files that this image consists of, its own first.</summary>
    public IEnumerable<string> Files() => Backing is null ? OwnFiles() : OwnFiles().Concat(Backing.Files());

    /// <summary>The files that are written when this image is.</summary>
    internal IEnumerable<string> OwnFiles() => [Path, .. DataFile is null ? Array.Empty<string>() : [DataFile], .. Extents];

    private static QemuImage Follow(string path, string format, string? keyFile, int depth, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (depth == MaxChain)
        {
            throw new QemuException($"'{path}' is the {MaxChain}th backing file; that is more than anybody uses");
        }

        ImageHeader header = ImageGate.HeaderOf(path, format);
        var image = new QemuImage(path, format)
        {
            DataFile = header is { HasDataFile: true, DataFile: { } name } ? ImageFile.Named(path, name) : null,
            Extents = [.. header.Extents.Select(extent => ImageFile.Named(path, extent))],
        };
        if (keyFile is not null && (format == "luks" || header.Encryption is not null))
        {
            image = image with { KeyFile = keyFile, Encryption = header.Encryption };
        }

        if (header.Backing is not { Length: > 0 } backingName)
        {
            return image;
        }

        string backing = ImageFile.Named(path, backingName);
        string backingFormat = header.BackingFormat ?? DetectFormat(backing, cancellationToken);
        return image with { Backing = Follow(backing, backingFormat, keyFile, depth + 1, cancellationToken) };
    }
}
