// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How far an operation is.</summary>
/// <param name="Bytes">Bytes of the disks that are done, zeros included.</param>
/// <param name="TotalBytes">Bytes that there are to do; an estimate when there is RAM state.</param>
/// <param name="ZeroBytes">Those among <paramref name="Bytes"/> that were not stored because they are zeros.</param>
public readonly record struct VmaProgress(long Bytes, long TotalBytes, long ZeroBytes)
{
    /// <summary>How much is done, 0 to 100.</summary>
    public int Percent => TotalBytes <= 0 ? 100 : (int)Math.Clamp((double)Bytes / TotalBytes * 100, 0, 100);
}
