// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>One device of a <see cref="VmaWriteReport"/>.</summary>
/// <param name="Device">The device.</param>
/// <param name="Bytes">How many of its bytes were taken, zeros included.</param>
/// <param name="ZeroBytes">Those among <paramref name="Bytes"/> that are not stored because they are zeros.</param>
public sealed record VmaWrittenDevice(VmaDevice Device, long Bytes, long ZeroBytes);
