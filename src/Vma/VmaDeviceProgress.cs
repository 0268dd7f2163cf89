// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How far one device of a <see cref="VmaWriter"/> is.</summary>
/// <param name="Size">The device's size in bytes.</param>
/// <param name="Transferred">How many of its bytes were taken, zeros included.</param>
/// <param name="ZeroBytes">Those among <paramref name="Transferred"/> that are not stored because they are zeros.</param>
/// <param name="Finished">Whether all of its clusters are there; RAM state is finished when the archive is.</param>
/// <param name="Error">The first error, or null.</param>
public sealed record VmaDeviceProgress(long Size, long Transferred, long ZeroBytes, bool Finished, Exception? Error);
