// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;

namespace Vma.Qemu.Guests;

/// <summary>Where QEMU finds the data of a guest's disk.</summary>
/// <param name="Key">The disk's key in the config: <c>scsi0</c>.</param>
/// <param name="Node">A block node as <c>-blockdev</c> takes it, without a node name.</param>
public sealed record QemuDisk(string Key, JsonObject Node)
{
    /// <summary>A raw file or block device.</summary>
    public static QemuDisk Raw(string key, string path) => new(key, new JsonObject { ["driver"] = "raw", ["file"] = FileNode(path), ["discard"] = "unmap" });

    // "file" is also how QEMU opens /dev/fdset; a block device has a driver of its own.
    private static JsonObject FileNode(string path) => new()
    {
        ["driver"] = path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/fdset/", StringComparison.Ordinal)
            && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) ? "host_device" : "file",
        ["filename"] = path,
        ["discard"] = "unmap",
    };
}
