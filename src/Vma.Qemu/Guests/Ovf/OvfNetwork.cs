// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests.Ovf;

/// <summary>A network card of an <see cref="OvfMachine"/>.</summary>
/// <param name="Model">Its model as OVF calls it, such as <c>E1000</c>; any text.</param>
/// <param name="Mac">Its MAC address as <c>AA:BB:CC:DD:EE:FF</c>, or null.</param>
public sealed record OvfNetwork(string Model, string? Mac);
