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

    /// <summary>Sizes in bytes of devices, by name, that count before what the archive says.</summary>
    public IReadOnlyDictionary<VmaName, long> Sizes { get; init; } = new Dictionary<VmaName, long>();

    /// <summary>Told of each finding as it is found, by one thread at a time; the report keeps only the first ones.</summary>
    public Action<VmaFault>? OnFinding { get; init; }
}
