// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Posix;

namespace Vma.Qemu.Images;

/// <summary>
/// A disk image in a file, and how QEMU is to open it. Its path is only ever taken for a file's, whatever it looks like; nothing but what is
/// named here is opened, as far as the format lets QEMU be told.
/// </summary>
/// <param name="Path">The file or block device.</param>
/// <param name="Format">The format as QEMU calls it: <c>raw</c>, <c>qcow2</c>, <c>vmdk</c> and so on.</param>
public sealed partial record QemuImage(string Path, string Format)
{
    internal const string SecretId = "key0";

    /// <summary>The image that this one lies on. The default is none, whatever the image itself names.</summary>
    public QemuImage? Backing { get; init; }

    /// <summary>The raw file that holds the data of a qcow2 image without data of its own. The default is null.</summary>
    public string? DataFile { get; init; }

    /// <summary>The files that hold the data of a VMDK which is only a descriptor. The default is none.</summary>
    public IReadOnlyList<string> Extents { get; init; } = [];

    /// <summary>A file with the passphrase of an encrypted image. The default is null.</summary>
    public string? KeyFile { get; init; }

    /// <summary>How a qcow2 image is encrypted, <c>luks</c> or <c>aes</c>. The default is null: it is not.</summary>
    public string? Encryption { get; init; }

    /// <summary>The range of the file that is the image. The default is all of it.</summary>
    public VmaByteRange? Range { get; init; }

    /// <summary>The passphrase's file of this image or of one that it lies on; there is one for all.</summary>
    internal string? FirstKeyFile => KeyFile ?? Backing?.FirstKeyFile;

    /// <summary>QEMU's name for it, in which nothing of the path can be mistaken.</summary>
    internal string ToFileName() => NameOf(ToNode());

    private static string NameOf(JsonObject node) => "json:" + node.ToJsonString();

    private JsonObject ToNode()
    {
        var node = new JsonObject { ["driver"] = Format };
        if (KeyFile is not null && Format == "luks")
        {
            node["key-secret"] = SecretId;
        }

        if (KeyFile is not null && Encryption is not null)
        {
            node["encrypt"] = new JsonObject { ["format"] = Encryption, ["key-secret"] = SecretId };
        }

        if (DataFile is not null)
        {
            node["data-file"] = FileNode(DataFile);
        }

        if (Backing is not null || Format is "qcow2" or "qcow" or "qed" or "vmdk")
        {
            node["backing"] = Backing?.ToNode(); // null keeps QEMU from opening what the image names
        }

        node["file"] = Range is { } range
            ? new JsonObject { ["driver"] = "raw", ["offset"] = range.Offset, ["size"] = range.Length, ["file"] = FileNode(Path) }
            : FileNode(Path);
        return node;
    }

    private static JsonObject FileNode(string path) => new()
    {
        ["driver"] = FileStatus.KindOf(path) == FileKind.BlockDevice ? "host_device" : "file",
        ["filename"] = System.IO.Path.GetFullPath(path),
    };
}
