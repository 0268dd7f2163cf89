// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Qemu.Host;
using Vma.Qemu.Images.Headers;

namespace Vma.Qemu.Images;

/// <content>What <c>qemu-img</c> does.</content>
public sealed partial record QemuImage
{
    private const int Sector = 512;
    private const string Nothing = "/dev/null";

    /// <summary>Creation options that tie an image to other files, or make several of it.</summary>
    private static readonly string[] MoreFiles = ["backing_file", "data_file", "subformat=monolithicFlat", "subformat=twoGb"];

    /// <summary>What an image is; nothing that it names is opened, but the files that hold a VMDK's data.</summary>
    /// <param name="path">The file or block device.</param>
    /// <param name="format">Its format; when null it is found out as by <see cref="DetectFormat"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="QemuException">It cannot be read, is damaged or refused, or the tool is missing.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static QemuImageInfo Inspect(string path, string? format = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var image = new QemuImage(path, format ?? DetectFormat(path, cancellationToken));
        IReadOnlyList<string> extents = ImageGate.HeaderOf(path, image.Format).Extents;
        return (image with { Extents = [.. extents.Select(name => ImageFile.Named(path, name))] }).Inspect(cancellationToken);
    }

    /// <summary>What this image is; nothing that it names is opened but what is named here too.</summary>
    /// <exception cref="QemuException">It cannot be read, is damaged or refused, or the tool is missing.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public QemuImageInfo Inspect(CancellationToken cancellationToken = default)
    {
        // QEMU opens no qcow2 image whose data is elsewhere without a file for that.
        bool lacksData = DataFile is null && Range is null && ImageGate.HeaderOf(Path, Format).HasDataFile;
        JsonObject node = ToNode();
        if (lacksData)
        {
            node["data-file"] = new JsonObject { ["driver"] = "null-co", ["size"] = long.MaxValue / Sector * Sector };
        }

        Sandbox sandbox = ImageGate.Pass(QemuTool.Locate(QemuTool.Image), lacksData ? this with { DataFile = Nothing } : this);
        return RunInfo(Path, NameOf(node), sandbox, cancellationToken);
    }

    /// <summary>
    /// What is in a file tells its format, and nothing that it names is opened. Any guest that wrote to a raw disk could choose that.
    /// </summary>
    /// <param name="path">The file or block device.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="QemuException">It cannot be opened or is damaged, or the tool is missing.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string DetectFormat(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (ImageHeader.Recognize(ImageFile.ReadStart(path)) is { } format)
        {
            return format;
        }

        // QEMU sees the other formats, whose images name nothing.
        string full = System.IO.Path.GetFullPath(path);
        string name = NameOf(new JsonObject { ["file"] = FileNode(full) });
        return RunInfo(path, name, new Sandbox(QemuTool.Locate(QemuTool.Image), [full], []), cancellationToken).Format;
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
        string name = ImageFile.FilePrefix + System.IO.Path.GetFullPath(path);
        if (format == "vpc" && options?.Contains("force_size", StringComparison.Ordinal) != true)
        {
            // Else the size is rounded to one that a disk's old geometry can express.
            options = options is null ? "force_size=on" : options + ",force_size=on";
        }

        // What such options name, the caller has named. Without them one file is written, and none is read.
        bool areOthersNamed = options is not null && MoreFiles.Any(option => options.Contains(option, StringComparison.Ordinal));
        string[] choice = options is null ? [] : ["-o", options];
        string[] arguments = ["create", "-q", "-f", format, .. choice, "--", name, $"{size}"];
        PrivateImage.Make(path, () => QemuTool.RunImage(
            arguments, new ShownName(name, path), areOthersNamed ? null : Sandbox.ForNewFile(QemuTool.Locate(QemuTool.Image), path), cancellationToken));
        return new QemuImage(path, format);
    }

    private static QemuImageInfo RunInfo(string path, string name, Sandbox sandbox, CancellationToken cancellationToken) =>
        QemuImageInfo.Parse(QemuTool.RunImage(["info", "--output=json", "--", name], new ShownName(name, path), sandbox, cancellationToken));
}
