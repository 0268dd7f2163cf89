// SPDX-License-Identifier: MIT

using System.Runtime.ExceptionServices;

namespace Vma.Reading;

/// <summary>
/// Runs extents through several workers: one at a time takes the next from the feed, while the others work on theirs. Memory is one
/// extent per worker.
/// </summary>
internal sealed class ExtentPump(Func<ExtentUnit, bool> next, Action<ExtentUnit> work, CancellationToken cancellationToken)
{
    private readonly Lock _gate = new();
    private Exception? _failure;
    private bool _done;

    /// <summary>Returns when all is done. Of several faults the first one in the archive is thrown.</summary>
    public void Run(int workers)
    {
        var others = new Task[workers - 1];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        Work();
        Task.WaitAll(others, CancellationToken.None);
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    private void Work()
    {
        try
        {
            using var unit = new ExtentUnit();
            while (Take(unit))
            {
                work(unit);
            }
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _done = true;
                _failure = Worse(_failure, failure);
            }
        }
    }

    private bool Take(ExtentUnit unit)
    {
        lock (_gate)
        {
            if (_done)
            {
                return false;
            }

            // Done, unless next says that there is more: when it throws nobody goes on behind the fault.
            _done = true;
            cancellationToken.ThrowIfCancellationRequested();
            _done = !next(unit);
            return !_done;
        }
    }

    private static Exception Worse(Exception? known, Exception other) => (known, other) switch
    {
        (null, _) => other,
        (VmaException first, VmaException second) => second.Fault.Offset < first.Fault.Offset ? second : first,
        (VmaException, _) => other,
        _ => known,
    };
}
