// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Threads;

namespace Vma.Reading;

/// <summary>
/// Runs extents through several workers: one at a time takes the next from the feed, while the others work on theirs. Memory is one
/// extent per worker.
/// </summary>
internal sealed class ExtentPump(ExtentFeed feed, Action<DataExtent> work, Action reportProgress, CancellationToken cancellationToken)
{
    private readonly Lock _gate = new();
    private bool _isDone;

    /// <summary>Returns when all is done. Of several faults the first one in the archive is thrown.</summary>
    public void Run(int workers) => WorkerGroup.Run(workers, "vma extents", Work, InArchiveOrder);

    private void Work()
    {
        ExtentBuffer buffer = ExtentBufferPool.Rent();
        try
        {
            while (Take(ref buffer) is { } extent)
            {
                work(extent);
            }
        }
        finally
        {
            // When this worker failed, the others take no more.
            End();
            ExtentBufferPool.Return(buffer);
        }
    }

    private DataExtent? Take(ref ExtentBuffer buffer)
    {
        lock (_gate)
        {
            if (_isDone)
            {
                return null;
            }

            // Done, unless the feed gives an extent: when it throws, no worker goes on behind the fault.
            _isDone = true;
            cancellationToken.ThrowIfCancellationRequested();
            DataExtent? extent = feed.Next(ref buffer);
            reportProgress();
            _isDone = extent is null;
            return extent;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _isDone = true;
        }
    }

    /// <summary>A failure that is no fault of the archive comes before all faults.</summary>
    private static int InArchiveOrder(Exception one, Exception other) => (one, other) switch
    {
        (VmaException first, VmaException second) => first.Fault.Offset.CompareTo(second.Fault.Offset),
        (VmaException, _) => 1,
        (_, VmaException) => -1,
        _ => 0,
    };
}
