// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>A disk that is to be backed up.</summary>
/// <param name="Disk">The drive.</param>
/// <param name="Name">The device's name in the archive.</param>
public sealed record PlannedDisk(VirtualDisk Disk, string Name);
