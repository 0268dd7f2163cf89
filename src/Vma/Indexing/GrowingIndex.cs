// SPDX-License-Identifier: MIT

using System.Runtime.ExceptionServices;
using Vma.Extents;

namespace Vma.Indexing;

/// <summary>
/// An index that a pass fills while others read what was passed. A thread that asks for a cluster that did not come yet waits until it comes, or the pass has
/// ended. Thread-safe.
/// </summary>
internal sealed class GrowingIndex : IClusterIndex
{
    private readonly object _gate = new();
    private readonly ArchiveIndex _index = new(isGrowing: true);
    private Exception? _failure;
    private bool _isComplete;

    /// <summary>About how much memory it takes, in bytes.</summary>
    public long Memory => _index.Memory;

    /// <inheritdoc cref="ArchiveIndex.Add"/>
    public void Add(ReadOnlySpan<byte> header, long offset, CheckedSlots slots, bool hasHole)
    {
        lock (_gate)
        {
            _index.Add(header, offset, slots);
            if (hasHole)
            {
                _index.MarkCut(offset);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>No more extents come: there are no more, or they cannot be had for a reason that is told to each thread that waits for them.</summary>
    public void Complete(Exception? failure)
    {
        lock (_gate)
        {
            _index.Complete();
            (_isComplete, _failure) = (true, failure);
            Monitor.PulseAll(_gate);
        }
    }

    public ClusterRange? Find(byte device, uint cluster) => Find(device, cluster, CancellationToken.None);

    public ClusterRange? Find(byte device, uint cluster, CancellationToken cancellationToken)
    {
        if (FindKnown(device, cluster) is { } known)
        {
            return known;
        }

        using CancellationTokenRegistration waking = cancellationToken.UnsafeRegister(Wake, null);
        lock (_gate)
        {
            ClusterRange? found;
            while ((found = Known(device, cluster)) is null && !_isComplete && !_index.IsRepeated(device, cluster))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }

            if (found is null)
            {
                ThrowIfFailed();
            }

            return found;
        }
    }

    public ClusterRange? FindKnown(byte device, uint cluster)
    {
        lock (_gate)
        {
            return Known(device, cluster);
        }
    }

    public bool IsRepeated(byte device, uint cluster)
    {
        lock (_gate)
        {
            return _index.IsRepeated(device, cluster);
        }
    }

    // An extent that is known stays in its place, or in the array that was its place when it was found: only what is noted of its seal may be lost then.
    public ref ExtentPlace ExtentAt(int number) => ref _index.ExtentAt(number);

    public long EndOf(byte device)
    {
        lock (_gate)
        {
            while (!_isComplete)
            {
                Monitor.Wait(_gate);
            }

            ThrowIfFailed();
            return _index.EndOf(device);
        }
    }

    private ClusterRange? Known(byte device, uint cluster) => _index.IsRepeated(device, cluster) ? null : _index.Find(device, cluster);

    private void Wake(object? state)
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
