// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Input;

namespace Vma.Reading;

/// <summary>Checks the data of each cluster against its seal, or without one for blocks that no writer stores.</summary>
internal sealed class DataChecker(ClusterChecks clusters, Findings findings, bool isStrict = false)
{
    private readonly ZeroBlockCheck _zeroes = new(isStrict, findings.Report);

    public void Check(DataExtent extent)
    {
        foreach (Slot slot in extent.Slots)
        {
            if (!extent.Checked.IsUsable(slot))
            {
                continue;
            }

            SeenDevice device = clusters.Find(slot.Info.DeviceId)!;
            if (extent.IsIntact(slot))
            {
                _zeroes.Check(extent, slot, device);
                continue;
            }

            device.CountDamaged();
            findings.Report(extent.DamageOf(slot, device.Device));
        }
    }
}
