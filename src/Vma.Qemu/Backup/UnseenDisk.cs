// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>A disk of a running VM that cannot be read through QEMU's block nodes.</summary>
/// <param name="Name">The device's id, or its place among QEMU's objects when it has none.</param>
/// <param name="Type">The device's type: <c>vhost-user-blk-pci</c>.</param>
/// <param name="Reason">Why it cannot be read, in a few words.</param>
public sealed record UnseenDisk(string Name, string Type, string Reason);
