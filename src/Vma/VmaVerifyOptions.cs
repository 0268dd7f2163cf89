// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How <see cref="VmaVerify.Run"/> reads an archive.</summary>
public sealed record VmaVerifyOptions
{
    /// <summary>
    /// Whether the data is read and checked against its checksums where there are any; otherwise only the headers are, and a seekable
    /// stream is not read in between. The default is true.
    /// </summary>
    public bool ReadData { get; init; } = true;

    /// <summary>
    /// Whether stored blocks without a checksum that hold nothing but zeros are damage, <see cref="VmaFaultCode.TornBlocks"/>, and not only a warning,
    /// <see cref="VmaFaultCode.ZeroBlocks"/>. The default is false.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>Told of each finding as it is found, by one thread at a time; the report keeps only the first ones.</summary>
    public Action<VmaFault>? OnFinding { get; init; }

    /// <summary>How many threads check data, at least 1. The default is <see cref="VmaDefaults.Parallelism"/>.</summary>
    public int Parallelism { get; init => field = VmaDefaults.AtLeast(1, value); } = VmaDefaults.Parallelism;
}
