// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>What <see cref="VmaSalvage"/> keeps, and what is known from elsewhere.</summary>
public sealed record VmaSalvageOptions
{
    /// <summary>
    /// Whether clusters that are damaged or cannot be checked are written as they are, where nothing better is there. They count as lost all
    /// the same. The default is false.
    /// </summary>
    public bool KeepDamaged { get; init; }

    /// <summary>
    /// Whether stored blocks without a checksum that hold nothing but zeros are damage, <see cref="VmaFaultCode.TornBlocks"/>, and not only a warning,
    /// <see cref="VmaFaultCode.ZeroBlocks"/>. The default is false.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>Sizes in bytes of devices, by name, that count before what the archive says.</summary>
    public IReadOnlyDictionary<VmaName, long> Sizes
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new Dictionary<VmaName, long>();

    /// <summary>
    /// How many threads check and write data, at least 1; with <see cref="KeepDamaged"/> it is one. The default is <see cref="VmaDefaults.Parallelism"/>.
    /// </summary>
    public int Parallelism { get; init => field = VmaDefaults.AtLeast(1, value); } = VmaDefaults.Parallelism;
}
