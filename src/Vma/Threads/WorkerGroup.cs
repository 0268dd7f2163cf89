// SPDX-License-Identifier: MIT

using System.Runtime.ExceptionServices;

namespace Vma.Threads;

/// <summary>
/// Threads that do what is added, in that order. They are not threads of the runtime's pool: all of its few threads may be waiting for what is done here, and
/// with it the system switched threads four times as often. A thread starts when there is work, and ends when there has been none for a while. Thread-safe.
/// </summary>
/// <param name="most">How many threads there are at most.</param>
/// <param name="name">What the system calls them.</param>
/// <param name="order">Which of two failures comes first and is thrown; without it, the earlier one.</param>
internal sealed class WorkerGroup(int most, string name, Comparison<Exception>? order = null) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<Action> _queue = new();
    private int _threads;
    private int _idle;
    private int _unfinished;
    private int _waiters;
    private bool _isEnding;
    private Exception? _failure;

    /// <summary>Does the same work on several threads at once, the caller's among them, and returns when it has ended on all.</summary>
    /// <inheritdoc cref="WaitFor" path="/exception"/>
    public static void Run(int workers, string name, Action work, Comparison<Exception>? order = null)
    {
        using var group = new WorkerGroup(workers - 1, name, order);
        for (int i = 1; i < workers; i++)
        {
            group.Add(work);
        }

        lock (group._gate)
        {
            group._unfinished++;
        }

        group.Do(work);
        group.WaitFor(0);
    }

    /// <summary>Has a thread do the work; does it at once, in the caller's thread, where the system has no thread for it.</summary>
    public void Add(Action work)
    {
        lock (_gate)
        {
            _unfinished++;
            if (_idle > _queue.Count || (_threads < most && TryStart()) || _threads > 0)
            {
                _queue.Enqueue(work);
                Signal();
                return;
            }
        }

        Do(work);
    }

    /// <summary>Does work that no thread has begun, in the caller's thread; false when there is none.</summary>
    public bool TryHelp()
    {
        Action? work;
        lock (_gate)
        {
            if (!_queue.TryDequeue(out work))
            {
                return false;
            }
        }

        Do(work);
        return true;
    }

    /// <summary>Returns when no more than <paramref name="unfinished"/> of what was added is still to be done.</summary>
    /// <exception cref="Exception">What the first work that failed has thrown.</exception>
    public void WaitFor(int unfinished)
    {
        lock (_gate)
        {
            _waiters++;
            while (_unfinished > unfinished)
            {
                Monitor.Wait(_gate);
            }

            _waiters--;
            if (_failure is not null)
            {
                ExceptionDispatchInfo.Throw(_failure);
            }
        }
    }

    /// <summary>Returns when all work is done and the threads have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
            while (_threads > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void Do(Action work)
    {
        Exception? thrown = null;
        try
        {
            work();
        }
        catch (Exception failure)
        {
            thrown = failure;
        }

        lock (_gate)
        {
            _failure = _failure is null || (thrown is not null && order?.Invoke(thrown, _failure) < 0) ? thrown : _failure;
            _unfinished--;
            if (_waiters > 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Wakes one thread for new work. Under the lock.</summary>
    private void Signal()
    {
        if (_waiters > 0)
        {
            // One signal alone might reach a thread that waits for the work's end.
            Monitor.PulseAll(_gate);
        }
        else
        {
            Monitor.Pulse(_gate);
        }
    }

    private bool TryStart()
    {
        try
        {
            new Thread(Work) { IsBackground = true, Name = name }.Start();
            _threads++;
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false; // the system has no more threads
        }
    }

    private void Work()
    {
        while (Next() is { } work)
        {
            Do(work);
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            _idle++;
            Action? work;
            while (!_queue.TryDequeue(out work) && !_isEnding && Monitor.Wait(_gate, Patience))
            {
            }

            _idle--;
            if (work is null && !_queue.TryDequeue(out work))
            {
                _threads--;
                Monitor.PulseAll(_gate);
            }

            return work;
        }
    }
}
