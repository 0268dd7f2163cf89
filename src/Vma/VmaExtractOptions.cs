// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How <see cref="VmaExtract.Run"/> restores disks.</summary>
public sealed record VmaExtractOptions
{
    /// <summary>Whether a cluster is checked against its checksum, where there is one, before it is written. The default is true.</summary>
    public bool VerifyData { get; init; } = true;

    /// <summary>
    /// Whether stored blocks without a checksum that hold nothing but zeros are damage, <see cref="VmaFaultCode.TornBlocks"/>, and not only a warning,
    /// <see cref="VmaFaultCode.ZeroBlocks"/>. The default is false.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>Whether <see cref="IBlockTarget.Flush"/> is called on each target at the end. The default is true.</summary>
    public bool Flush { get; init; } = true;

    /// <summary>How many threads check and write data, at least 1. The default is <see cref="VmaDefaults.Parallelism"/>.</summary>
    public int Parallelism { get; init => field = VmaDefaults.AtLeast(1, value); } = VmaDefaults.Parallelism;
}
