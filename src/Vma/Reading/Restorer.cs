// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Input;

namespace Vma.Reading;

/// <summary>Writes the clusters of an extent to their disks, neighbours in one write.</summary>
internal sealed class Restorer(
    IReadOnlyDictionary<VmaDevice, IBlockTarget> targets,
    ClusterChecks clusters,
    VmaExtractOptions options,
    Findings findings,
    CancellationToken cancellationToken)
{
    private readonly ZeroBlockCheck _zeroes = new(options.Strict, findings.Report);
    private readonly IBlockTarget?[] _targets = MapById(targets);

    public void Restore(DataExtent extent)
    {
        var writer = new ExtentWriter(extent, cancellationToken);
        foreach (Slot slot in extent.Slots)
        {
            if (!extent.Checked.IsUsable(slot) || _targets[slot.Info.DeviceId] is not { } target)
            {
                continue;
            }

            SeenDevice device = clusters.Find(slot.Info.DeviceId)!;
            writer.MakeRoomFor(slot);
            if (!(options.VerifyData ? extent.IsIntact(slot) : extent.Load(slot)))
            {
                device.CountDamaged();
                findings.Report(extent.DamageOf(slot, device.Device));
                continue;
            }

            _zeroes.Check(extent, slot, device);
            int length = device.Device.IsMemoryState ? VmaCluster.Size : device.Device.LengthOf(slot.Info.Cluster);
            writer.Add(slot, slot.DataOffset, length, target);
        }

        writer.Complete();
    }

    private static IBlockTarget?[] MapById(IReadOnlyDictionary<VmaDevice, IBlockTarget> targets)
    {
        var map = new IBlockTarget?[VmaLayout.DeviceSlots];
        foreach ((VmaDevice device, IBlockTarget target) in targets)
        {
            map[device.Id] = target;
        }

        return map;
    }
}
