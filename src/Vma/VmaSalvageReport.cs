// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>What <see cref="VmaSalvage.Run"/> got out of an archive.</summary>
/// <param name="Manifest">The header, or what is left of it.</param>
/// <param name="HeaderIsWhole">Whether the header can be relied on.</param>
/// <param name="Sealed">Whether the archive has data checksums; without, damage inside the data cannot be seen.</param>
/// <param name="ArchiveBytes">How many bytes the archive has, uncompressed.</param>
/// <param name="Errors">How many errors there are, also those that are not in <paramref name="Findings"/>.</param>
/// <param name="Warnings">How many warnings there are, also those that are not in <paramref name="Findings"/>.</param>
/// <param name="Findings">What is wrong or odd, by offset; at most <see cref="VmaReadReport.MaxFindings"/> of them.</param>
/// <param name="Devices">Each device, by id.</param>
public sealed record VmaSalvageReport(
    VmaManifest Manifest,
    bool HeaderIsWhole,
    bool Sealed,
    long ArchiveBytes,
    long Errors,
    long Warnings,
    IReadOnlyList<VmaFault> Findings,
    IReadOnlyList<VmaSalvagedDevice> Devices)
{
    /// <summary>How many bytes the input had, as it came, compressed or not.</summary>
    public long InputBytes { get; init; }

    /// <summary>
    /// The SHA-256 of the input, as it came and as it was read, in hexadecimal digits: of a stream that is not seekable too. What could not be read counts as
    /// zeros.
    /// </summary>
    public string InputSha256 { get; init; } = string.Empty;
}
