// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>What reading an archive to its end found.</summary>
public sealed record VmaReadReport
{
    /// <summary>How many findings a report keeps; more are counted.</summary>
    public const int MaxFindings = 10_000;

    /// <summary>What the header says.</summary>
    public required VmaManifest Manifest { get; init; }

    /// <summary>What is wrong or odd, by offset, neighbours as one (<see cref="VmaFault.Join"/>); at most <see cref="MaxFindings"/> of them.</summary>
    public required IReadOnlyList<VmaFault> Findings { get; init; }

    /// <summary>How many errors there are, also those that are not in <see cref="Findings"/>.</summary>
    public required long Errors { get; init; }

    /// <summary>How many warnings there are, also those that are not in <see cref="Findings"/>.</summary>
    public required long Warnings { get; init; }

    /// <summary>Whether the archive has data checksums.</summary>
    public required bool Sealed { get; init; }

    /// <summary>Whether all data that was read was checked against its checksum.</summary>
    public required bool DataChecked { get; init; }

    /// <summary>How many bytes the archive has, uncompressed.</summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>Each device that was read, by id.</summary>
    public required IReadOnlyList<VmaReadDevice> Devices { get; init; }
}
