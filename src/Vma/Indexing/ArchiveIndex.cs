// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Reading;

namespace Vma.Indexing;

/// <summary>
/// Where each cluster of a plain archive is: runs of clusters that follow each other in one extent, 24 bytes each. An archive in disk order
/// has one run an extent, 7 MiB per TiB of disk; one in no order at all could have one a cluster. Filled from several threads, then read.
/// </summary>
internal sealed class ArchiveIndex
{
    private readonly Lock _gate = new();
    private readonly List<ClusterRun>[] _runs = new List<ClusterRun>[VmaLayout.DeviceSlots];

    public void Add(ExtentUnit unit)
    {
        lock (_gate)
        {
            ClusterRun? open = null;
            foreach (Slot slot in Slot.Of(unit.Buffer.Header))
            {
                if (!unit.IsUsable(slot))
                {
                    continue;
                }

                if (open is { } run && run.Device == slot.Info.DeviceId && run.FirstSlot + run.Count == slot.Index && run.First + run.Count == slot.Info.Cluster)
                {
                    open = run with { Count = (byte)(run.Count + 1) };
                    continue;
                }

                Close(open);
                open = new ClusterRun(slot.Info.Cluster, 1, (byte)slot.Index, slot.Info.DeviceId, unit.Offset);
            }

            Close(open);
        }
    }

    /// <summary>Puts the runs in order; before this nothing is found.</summary>
    public void Complete()
    {
        foreach (List<ClusterRun>? runs in _runs)
        {
            runs?.Sort(static (left, right) => left.First.CompareTo(right.First));
        }
    }

    /// <summary>One more than the highest cluster of a device.</summary>
    public long EndOf(byte device) => _runs[device] is { Count: > 0 } runs ? (long)runs[^1].First + runs[^1].Count : 0;

    /// <summary>The run that holds a cluster, or null.</summary>
    public ClusterRun? Find(byte device, uint cluster)
    {
        if (_runs[device] is not { } runs)
        {
            return null;
        }

        int low = 0, high = runs.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            ClusterRun run = runs[middle];
            if (cluster < run.First)
            {
                high = middle - 1;
            }
            else if (cluster - run.First >= run.Count)
            {
                low = middle + 1;
            }
            else
            {
                return run;
            }
        }

        return null;
    }

    private void Close(ClusterRun? run)
    {
        if (run is { } done)
        {
            (_runs[done.Device] ??= []).Add(done);
        }
    }
}

/// <summary>Clusters that follow each other in one extent's slots.</summary>
internal readonly record struct ClusterRun(uint First, byte Count, byte FirstSlot, byte Device, long ExtentOffset);
