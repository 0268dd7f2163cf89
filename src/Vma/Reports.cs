// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>What <see cref="VmaWriter.Commit"/> wrote.</summary>
/// <param name="Uuid">The archive's identity.</param>
/// <param name="ArchiveBytes">The archive's length in bytes, uncompressed.</param>
/// <param name="WrittenBytes">How many bytes went to the stream.</param>
/// <param name="Devices">Each device, by id.</param>
public sealed record VmaWriteReport(Guid Uuid, long ArchiveBytes, long WrittenBytes, IReadOnlyList<VmaWrittenDevice> Devices);

/// <summary>One device of a <see cref="VmaWriteReport"/>.</summary>
/// <param name="Device">The device.</param>
/// <param name="Bytes">How many of its bytes were taken, zeros included.</param>
/// <param name="ZeroBytes">Those among <paramref name="Bytes"/> that are not stored because they are zeros.</param>
public sealed record VmaWrittenDevice(VmaDevice Device, long Bytes, long ZeroBytes);

/// <summary>What reading an archive to its end found.</summary>
public sealed record VmaReadReport
{
    /// <summary>What the header says.</summary>
    public required VmaManifest Manifest { get; init; }

    /// <summary>What is wrong or odd, by offset; at most <see cref="VmaReader.MaxFindings"/> of them.</summary>
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

/// <summary>One device of a <see cref="VmaReadReport"/>.</summary>
/// <param name="Device">The device.</param>
public sealed record VmaReadDevice(VmaDevice Device)
{
    /// <summary>How many clusters there are in the archive and good as far as it can be told.</summary>
    public long Clusters { get; init; }

    /// <summary>How many clusters there should be but are not; RAM state lacks none.</summary>
    public long MissingClusters { get; init; }

    /// <summary>How many clusters there are whose data is damaged or cut off.</summary>
    public long DamagedClusters { get; init; }

    /// <summary>How many bytes of data the archive stores for it.</summary>
    public long StoredBytes { get; init; }

    /// <summary>How many bytes of its clusters are zeros that are not stored.</summary>
    public long ZeroBytes { get; init; }

    /// <summary>Those among <see cref="ZeroBytes"/> that are in clusters which store something.</summary>
    public long ZeroBytesInStoredClusters { get; init; }

    /// <summary>
    /// How long the restored image is, in bytes: a disk's size. RAM state ends at its size when just as many clusters came as that takes,
    /// else where the last one ends.
    /// </summary>
    public long RestoredLength { get; init; }
}

/// <summary>What <see cref="VmaSalvage.Run"/> got out of an archive.</summary>
/// <param name="Manifest">The header, or what is left of it.</param>
/// <param name="HeaderIsWhole">Whether the header can be relied on.</param>
/// <param name="Sealed">Whether the archive has data checksums; without, damage inside the data cannot be seen.</param>
/// <param name="ArchiveBytes">How many bytes the archive has, uncompressed.</param>
/// <param name="Errors">How many errors there are, also those that are not in <paramref name="Findings"/>.</param>
/// <param name="Warnings">How many warnings there are, also those that are not in <paramref name="Findings"/>.</param>
/// <param name="Findings">What is wrong or odd, by offset; at most <see cref="VmaReader.MaxFindings"/> of them.</param>
/// <param name="Devices">Each device, by id.</param>
public sealed record VmaSalvageReport(
    VmaManifest Manifest,
    bool HeaderIsWhole,
    bool Sealed,
    long ArchiveBytes,
    long Errors,
    long Warnings,
    IReadOnlyList<VmaFault> Findings,
    IReadOnlyList<VmaSalvagedDevice> Devices);

/// <summary>One device of a <see cref="VmaSalvageReport"/>.</summary>
/// <param name="Device">The device.</param>
/// <param name="Length">How long its image is, in bytes: its size, or where its last cluster ends when the size is not known.</param>
/// <param name="Lost">The ranges that could not be recovered, in order. They read as zeros unless damaged clusters were kept.</param>
public sealed record VmaSalvagedDevice(VmaDevice Device, long Length, IReadOnlyList<VmaByteRange> Lost)
{
    /// <summary>Whether <see cref="Length"/> is the device's size, and not just where its last cluster ends.</summary>
    public bool SizeIsKnown { get; init; }

    /// <summary>How many clusters were recovered.</summary>
    public long RecoveredClusters { get; init; }

    /// <summary>How many damaged clusters were written as they are.</summary>
    public long KeptDamagedClusters { get; init; }

    /// <summary>How many bytes are lost.</summary>
    public long LostBytes => Lost.Sum(range => range.Length);
}

/// <summary>A range of bytes.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its length.</param>
public readonly record struct VmaByteRange(long Offset, long Length);
