// SPDX-License-Identifier: MIT

using Vma.Extents;

namespace Vma.Reading;

/// <summary>Checks the data of each cluster against its seal.</summary>
internal sealed class DataChecker(ClusterChecks clusters, Findings findings)
{
    public void Check(ExtentUnit unit)
    {
        foreach (Slot slot in Slot.Of(unit.Buffer.Header))
        {
            if (!unit.IsUsable(slot) || unit.IsIntact(slot))
            {
                continue;
            }

            SeenDevice device = clusters.Find(slot.Info.DeviceId)!;
            device.CountDamaged();
            findings.Report(FaultOf(unit, slot, device.Device));
        }
    }

    public static VmaFault FaultOf(ExtentUnit unit, Slot slot, VmaDevice device)
    {
        bool isThere = slot.DataOffset + slot.DataLength <= unit.DataPresent;
        return new VmaFault(
            isThere && unit.IsSealed ? VmaFaultCode.DataChecksum : VmaFaultCode.DataCut,
            unit.DataOffset + Math.Min(slot.DataOffset, unit.DataPresent),
            isThere && unit.IsSealed ? "the data does not match its checksum" : "the data is cut off, moved or unreadable").At(device, slot.Info.Cluster);
    }
}
