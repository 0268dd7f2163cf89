// SPDX-License-Identifier: MIT

namespace Vma.Indexing;

/// <summary>Opens an archive to be read anywhere, and opens it in another way when what it was opened by is wrong.</summary>
internal interface IArchiveOpener : IDisposable
{
    VmaManifest Manifest { get; }

    IReadOnlyList<VmaFault> Findings { get; }

    ArchiveContent Open(CancellationToken cancellationToken);

    /// <summary>Opens the archive in another way; null when a failure is the data's own.</summary>
    ArchiveContent? Reopen(ArchiveContent failed, Exception failure, CancellationToken cancellationToken);
}
