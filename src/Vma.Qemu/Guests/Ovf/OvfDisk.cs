// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests.Ovf;

/// <summary>A disk of an <see cref="OvfMachine"/>.</summary>
/// <param name="FileName">The name of its file, beside the descriptor; a plain name.</param>
/// <param name="Capacity">Its size in bytes, at least 1.</param>
/// <param name="Bus">The bus that it is attached to.</param>
/// <param name="Index">Its number on the bus, from 0.</param>
public sealed record OvfDisk(string FileName, long Capacity, GuestBus Bus, int Index)
{
    /// <summary>The same place in a config.</summary>
    internal GuestDisk Place => new(Bus, Index);
}
