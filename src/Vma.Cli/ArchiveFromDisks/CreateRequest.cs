// SPDX-License-Identifier: MIT

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>What <c>create</c> is asked for.</summary>
internal sealed record CreateRequest(string Archive, VmaWriterOptions Options)
{
    /// <summary>Disks as operands.</summary>
    public string[] OldForm { get; init; } = [];

    public string[] Drives { get; init; } = [];

    public string[] Configs { get; init; } = [];

    public string? KeyFile { get; init; }

    public bool Verbose { get; init; }

    public bool Sync { get; init; } = true;

    public bool Json { get; init; }

    public bool DryRun { get; init; }
}
