// SPDX-License-Identifier: MIT

using Vma.Qemu.Backup;
using Vma.Qemu.Qmp;
using DiskRequest = Vma.Qemu.Backup.BackupRequest;

namespace Vma.Cli.Backup;

/// <summary>What <c>backup</c> is asked for.</summary>
internal sealed record BackupRequest(QmpAddress Monitor, string Archive)
{
    public required IReadOnlyList<string> Configs { get; init; }

    public required bool Sync { get; init; }

    /// <summary>What is read, and how.</summary>
    public required DiskRequest Disks { get; init; }

    public required VmaWriterOptions Writing { get; init; }

    public required BackupOptions Options { get; init; }

    /// <summary>The archive to start from, or null.</summary>
    public string? Base { get; init; }

    public bool Json { get; init; }
}
