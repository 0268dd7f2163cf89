// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>How damage below the archive's own format is told.</summary>
internal static class Damaged
{
    /// <param name="format">What the archive is compressed in.</param>
    /// <param name="offset">Where in the plain archive.</param>
    /// <param name="compressedOffset">Where in the compressed one.</param>
    /// <param name="fault">What is wrong.</param>
    public static VmaFault Fault(CompressionFormat format, long offset, long compressedOffset, string fault) =>
        new(VmaFaultCode.CompressedData, offset, $"the {format.ToString().ToLowerInvariant()} stream is damaged: {fault}")
        {
            CompressedOffset = compressedOffset,
        };
}
