// SPDX-License-Identifier: MIT

using Vma.Extents;

namespace Vma.Reading;

/// <summary>Gives the clusters of extents one by one, each checked against its seal.</summary>
internal sealed class ClusterWalk(ExtentFeed feed) : IDisposable
{
    private readonly ExtentUnit _unit = new();
    private readonly Queue<Slot> _slots = new();

    public void Dispose() => _unit.Dispose();

    public bool Next(out VmaCluster cluster)
    {
        while (_slots.Count == 0)
        {
            if (!feed.Next(_unit))
            {
                cluster = default;
                return false;
            }

            foreach (Slot slot in Slot.Of(_unit.Buffer.Header))
            {
                _slots.Enqueue(slot);
            }
        }

        Slot next = _slots.Dequeue();
        VmaDevice device = feed.Clusters.Find(next.Info.DeviceId)!.Device;
        if (!_unit.IsIntact(next))
        {
            throw new VmaException(DataChecker.FaultOf(_unit, next, device));
        }

        cluster = new VmaCluster(device, next.Info.Cluster, next.Info.Mask, _unit.Data(next.DataOffset, next.DataLength));
        return true;
    }
}
