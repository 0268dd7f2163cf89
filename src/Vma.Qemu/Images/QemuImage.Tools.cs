// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;

namespace Vma.Qemu.Images;

/// <content>What <c>qemu-img</c> does.</content>
public sealed partial record QemuImage
{
    private const int MaxChain = 200;
    internal const string FilePrefix = "file:";

    /// <summary>What an image is; nothing that it names is opened.</summary>
    /// <param name="path">The file or block device.</param>
    /// <param name="format">Its format; when null it is found out by what is in the file. Any guest that wrote to a raw disk could choose that.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="QemuException">It cannot be read, is damaged, or the tool is missing.</exception>
    public static QemuImageInfo Inspect(string path, string? format = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return format is not null ? new QemuImage(path, format).Inspect(cancellationToken)
            : RunInfo(path, NameOf(new JsonObject { ["file"] = FileNode(path) }), cancellationToken);
    }

    /// <summary>What this image is; nothing that it names is opened but what is named here too.</summary>
    /// <exception cref="QemuException">It cannot be read, is damaged, or the tool is missing.</exception>
    public QemuImageInfo Inspect(CancellationToken cancellationToken = default) => RunInfo(Path, ToFileName(), cancellationToken);

    /// <summary>
    /// An image together with the backing and data files that it names. Each must be a local file; a name that leads elsewhere, such as
    /// <c>nbd:</c> or <c>json:</c>, is refused.
    /// </summary>
    /// <param name="path">The file or block device.</param>
    /// <param name="format">Its format.</param>
    /// <param name="keyFile">A file with the passphrase, when the image or one that it lies on is encrypted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="QemuException">One of the files cannot be read or is refused, or the tool is missing.</exception>
    public static QemuImage Resolve(string path, string format, string? keyFile = null, CancellationToken cancellationToken = default) =>
        Follow(path, format, keyFile, 0, cancellationToken);

    /// <summary>The files that this image consists of, its own first.</summary>
    public IEnumerable<string> Files()
    {
        for (QemuImage? image = this; image is not null; image = image.Backing)
        {
            yield return image.Path;
            if (image.DataFile is { } dataFile)
            {
                yield return dataFile;
            }
        }
    }

    /// <summary>
    /// Makes a new image, which only its owner can read: mode 0600, less what the umask takes away. A file of that name is written over, and keeps its mode.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="size">The disk's size in bytes; formats round it up to 512.</param>
    /// <param name="options">Creation options as <c>qemu-img create -o</c> takes them; none when null.</param>
    /// <param name="cancellationToken">Ends the work; then a part of the file may be left.</param>
    /// <exception cref="QemuException">It cannot be made, or the tool is missing.</exception>
    public static QemuImage Create(string path, string format, long size, string? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(format);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        string name = FilePrefix + System.IO.Path.GetFullPath(path);
        if (format == "vpc" && options?.Contains("force_size", StringComparison.Ordinal) != true)
        {
            // Else the size is rounded to one that a disk's old geometry can express.
            options = options is null ? "force_size=on" : options + ",force_size=on";
        }

        string[] choice = options is null ? [] : ["-o", options];
        string[] arguments = ["create", "-q", "-f", format, .. choice, "--", name, $"{size}"];
        PrivateImage.Make(path, () => QemuTool.RunImage(arguments, new ShownName(name, path), cancellationToken));
        return new QemuImage(path, format);
    }

    private static QemuImageInfo RunInfo(string path, string name, CancellationToken cancellationToken) =>
        QemuImageInfo.Parse(QemuTool.RunImage(["info", "--output=json", "--", name], new ShownName(name, path), cancellationToken));

    private static QemuImage Follow(string path, string format, string? keyFile, int depth, CancellationToken cancellationToken)
    {
        if (depth == MaxChain)
        {
            throw new QemuException($"'{path}' is the {MaxChain}th backing file; that is more than anybody uses");
        }

        var image = new QemuImage(path, format);
        QemuImageInfo info = image.Inspect(cancellationToken);
        if ((info.IsEncrypted || format == "luks") && keyFile is not null)
        {
            image = image with { KeyFile = keyFile, Encryption = info.Encryption };
        }

        if (info.DataFile is { } dataFile)
        {
            image = image with { DataFile = Beside(path, LocalPath(path, dataFile)) };
        }

        if (info.BackingName is { } backingName)
        {
            string backing = Beside(path, LocalPath(path, backingName));
            string backingFormat = info.BackingFormat ?? Inspect(backing, cancellationToken: cancellationToken).Format;
            image = image with { Backing = Follow(backing, backingFormat, keyFile, depth + 1, cancellationToken) };
        }

        return image;
    }

    private static string Beside(string path, string name) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, name);

    /// <summary>QEMU takes what stands before a colon for a protocol, unless a slash comes first.</summary>
    private static string LocalPath(string image, string name)
    {
        if (name.StartsWith(FilePrefix, StringComparison.Ordinal))
        {
            return name[FilePrefix.Length..];
        }

        int end = name.AsSpan().IndexOfAny(':', '/');
        return end < 0 || name[end] == '/' ? name : throw new QemuException($"'{image}' names '{name}' as a file that it needs; only local files are followed");
    }
}
