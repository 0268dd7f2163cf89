// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Input;

namespace Vma.Reading;

/// <summary>Checks the data of each cluster against its seal.</summary>
internal sealed class DataChecker(ClusterChecks clusters, Findings findings)
{
    public void Check(DataExtent extent)
    {
        foreach (Slot slot in extent.Slots)
        {
            if (!extent.Checked.IsUsable(slot) || extent.IsIntact(slot))
            {
                continue;
            }

            SeenDevice device = clusters.Find(slot.Info.DeviceId)!;
            device.CountDamaged();
            findings.Report(extent.DamageOf(slot, device.Device));
        }
    }
}
