// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How <see cref="VmaDiff"/> compares.</summary>
public sealed record VmaDiffOptions
{
    /// <summary>How many threads read and compare, at least 1. The default is <see cref="VmaDefaults.Parallelism"/>.</summary>
    public int Parallelism { get; init => field = VmaDefaults.AtLeast(1, value); } = VmaDefaults.Parallelism;
}
