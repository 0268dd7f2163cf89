// SPDX-License-Identifier: MIT

namespace Vma.Extents;

/// <summary>What was found out about an extent's slots when they were checked against the devices. Bit k is slot k.</summary>
/// <param name="Usable">Slots whose cluster may be used as far as the archive's structure goes.</param>
/// <param name="Repeated">Slots that are not usable only because their cluster was there before.</param>
internal readonly record struct CheckedSlots(ulong Usable, ulong Repeated)
{
    public bool IsUsable(Slot slot) => (Usable >> slot.Index & 1) != 0;

    public bool IsRepeated(Slot slot) => (Repeated >> slot.Index & 1) != 0;
}
