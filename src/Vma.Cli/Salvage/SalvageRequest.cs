// SPDX-License-Identifier: MIT

namespace Vma.Cli.Salvage;

/// <summary>What <c>salvage</c> is asked for.</summary>
internal sealed record SalvageRequest(string File, string Directory, bool KeepDamaged, IReadOnlyDictionary<VmaName, long> Sizes, bool Sync, bool Json);

/// <summary>What was saved.</summary>
/// <param name="Read">What was read.</param>
/// <param name="Configs">The configs that were written.</param>
/// <param name="FileOf">The name of a device's file.</param>
internal sealed record SalvageReport(VmaSalvageReport Read, IReadOnlyList<VmaConfig> Configs, Func<VmaSalvagedDevice, string> FileOf);
