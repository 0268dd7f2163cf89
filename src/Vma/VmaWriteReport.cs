// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>What <see cref="VmaWriter.Commit"/> wrote.</summary>
/// <param name="Uuid">The archive's identity.</param>
/// <param name="ArchiveBytes">The archive's length in bytes, uncompressed.</param>
/// <param name="WrittenBytes">How many bytes went to the stream.</param>
/// <param name="Devices">Each device, by id.</param>
public sealed record VmaWriteReport(Guid Uuid, long ArchiveBytes, long WrittenBytes, IReadOnlyList<VmaWrittenDevice> Devices);
