// SPDX-License-Identifier: MIT

using Vma.Extents;

namespace Vma.Reading;

/// <summary>Gives the clusters of extents one by one, each checked against its seal.</summary>
internal sealed class ClusterWalk(ExtentFeed feed) : IDisposable
{
    private readonly Queue<Slot> _slots = new();
    private ExtentBuffer _buffer = ExtentBufferPool.Rent();
    private DataExtent? _extent;

    public void Dispose() => ExtentBufferPool.Return(_buffer);

    public bool Next(out VmaCluster cluster)
    {
        while (_slots.Count == 0)
        {
            _extent = feed.Next(ref _buffer);
            if (_extent is null)
            {
                cluster = default;
                return false;
            }

            foreach (Slot slot in _extent.Slots)
            {
                _slots.Enqueue(slot);
            }
        }

        Slot next = _slots.Dequeue();
        VmaDevice device = feed.Clusters.Find(next.Info.DeviceId)!.Device;
        if (!_extent!.IsIntact(next))
        {
            throw new VmaException(_extent.DamageOf(next, device));
        }

        cluster = new VmaCluster(device, next.Info.Cluster, next.Info.Mask, _extent.Data(next.DataOffset, next.DataLength));
        return true;
    }
}
