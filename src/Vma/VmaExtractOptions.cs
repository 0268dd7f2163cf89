// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma;

/// <summary>How <see cref="VmaExtract.Run"/> restores disks.</summary>
public sealed record VmaExtractOptions
{
    /// <summary>Whether a cluster is checked against its checksum, where there is one, before it is written. The default is true.</summary>
    public bool VerifyData { get; init; } = true;

    /// <summary>Whether <see cref="IBlockTarget.Flush"/> is called on each target at the end. The default is true.</summary>
    public bool Flush { get; init; } = true;

    /// <summary>How many threads check and write data, at least 1. The default is the number of processors, at most 4.</summary>
    public int Parallelism
    {
        get;
        init => field = Defaults.AtLeast(1, value);
    } = Defaults.Parallelism;
}
