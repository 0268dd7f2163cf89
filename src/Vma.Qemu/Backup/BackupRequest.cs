// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>What a caller wants of a backup.</summary>
public sealed record BackupRequest
{
    /// <summary>The method; the default is null: one that is safe.</summary>
    public BackupMethod? Method { get; init; }

    /// <summary>Names in the archive for drives, by node, name on the host or place; a drive that is read-only is only taken when it is here.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Drives that are left out, by node, name on the host or place, and disks that QEMU gives no access to, by their name.</summary>
    public IReadOnlyCollection<string> Excluded { get; init; } = [];

    /// <summary>Whether the RAM is saved too.</summary>
    public bool Ram { get; init; }
}
