// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Nbd;
using Vma.Posix;
using Vma.Qemu.Host;
using Vma.Qemu.Images.Headers;

namespace Vma.Qemu.Images;

/// <summary>A qcow2 image for what a guest writes, over a disk that an NBD server gives.</summary>
/// <param name="Path">The image's file.</param>
/// <param name="Length">The disk's size in bytes; the image's is rounded up to 512.</param>
/// <param name="Backing">What it lies on; null for an image that has all of the disk itself.</param>
public sealed record QemuOverlay(string Path, long Length, NbdUri? Backing)
{
    private const int Sector = 512;

    /// <summary>Whether it is of no use after the guest has ended; then QEMU does not wait for it to be durable. The default is false.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>QEMU's name for the file. The prefix keeps a colon in the path from being taken for a protocol.</summary>
    private string FileName => ImageFile.FilePrefix + System.IO.Path.GetFullPath(Path);

    /// <summary>What <c>qemu-img</c> gets to make the image.</summary>
    /// <exception cref="InvalidOperationException">It lies on nothing.</exception>
    public IReadOnlyList<string> CreateArguments()
    {
        string backing = Backing?.ToString() ?? throw new InvalidOperationException("the image lies on nothing");
        string size = $"{Length + (Sector - Length % Sector) % Sector}";

        // -u: the size is known, so there is no need to connect.
        return ["create", "-q", "-u", "-f", "qcow2", "-F", "raw", "-b", backing, FileName, size];
    }

    /// <summary>
    /// Makes the image, which only its owner can read: mode 0600, less what the umask takes away. A file that is there is written over, and keeps its mode.
    /// </summary>
    /// <exception cref="QemuException">It cannot be made, or qemu-img is missing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Create(CancellationToken cancellationToken = default) =>
        PrivateImage.Make(Path, () => QemuTool.RunImage(
            CreateArguments(), new ShownName(FileName, Path), Sandbox.ForNewFile(QemuTool.Locate(QemuTool.Image), Path), cancellationToken));

    /// <summary>
    /// What it lies on as a block node, which QEMU needs first; null when it lies on nothing. The server may be at another place than when the image was made.
    /// </summary>
    /// <param name="name">The node's name.</param>
    public JsonObject? BackingNode(string name) => Backing is null ? null
        : new JsonObject { ["node-name"] = name, ["driver"] = "nbd", ["read-only"] = true, ["server"] = ServerOf(Backing), ["export"] = Backing.ExportName };

    /// <summary>The image as a block node, without a name. An image that is there is looked at first.</summary>
    /// <param name="backing">The name of the node that it lies on, if on any. What the image itself names is not opened.</param>
    /// <exception cref="QemuException">The image that is there has its data in another file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public JsonObject ToNode(string backing)
    {
        if (FileStatus.KindOf(Path) != FileKind.None)
        {
            _ = ImageGate.Pass(QemuTool.Image, new QemuImage(Path, "qcow2"));
        }

        var node = new JsonObject
        {
            ["driver"] = "qcow2",
            ["discard"] = "unmap",
            ["file"] = new JsonObject { ["driver"] = "file", ["filename"] = System.IO.Path.GetFullPath(Path), ["discard"] = "unmap" },
            ["backing"] = Backing is null ? null : backing,
        };
        if (IsTemporary)
        {
            node["cache"] = new JsonObject { ["no-flush"] = true };
        }

        return node;
    }

    private static JsonObject ServerOf(NbdUri uri) => uri.SocketPath is { } path
        ? new JsonObject { ["type"] = "unix", ["path"] = path }
        : new JsonObject { ["type"] = "inet", ["host"] = uri.Host, ["port"] = $"{uri.Port}" };
}
