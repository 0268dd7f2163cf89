// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma;

/// <summary>How <see cref="VmaDiff"/> compares.</summary>
public sealed record VmaDiffOptions
{
    /// <summary>How many threads read and compare, at least 1. The default is the number of processors, at most 4.</summary>
    public int Parallelism
    {
        get;
        init => field = Defaults.AtLeast(1, value);
    } = Defaults.Parallelism;
}
