// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>
/// Threads that decode what is wanted soon. They are not the pool's: its few threads may all be waiting for what is decoded here. They start when there is
/// work and end when there has been none for a while. Thread-safe.
/// </summary>
/// <param name="most">How many there are at most.</param>
internal sealed class DecodingThreads(int most) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<IThreadPoolWorkItem> _waiting = new();
    private int _threads;
    private int _idle;
    private bool _isEnding;

    /// <summary>Has work done by a thread; here, when none can be had. What is left at the end is done too.</summary>
    public void Add(IThreadPoolWorkItem work)
    {
        lock (_gate)
        {
            bool isStarted = _idle > _waiting.Count || _threads == most || TryStart();
            if (isStarted || _threads > 0)
            {
                _waiting.Enqueue(work);
                Monitor.Pulse(_gate);
                return;
            }
        }

        work.Execute();
    }

    /// <summary>Does work that waits, if any does, in the thread that calls.</summary>
    public bool TryHelp()
    {
        IThreadPoolWorkItem? work;
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out work))
            {
                return false;
            }
        }

        work.Execute();
        return true;
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

    private bool TryStart()
    {
        try
        {
            new Thread(Work) { IsBackground = true, Name = "vma decode" }.Start();
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
            work.Execute();
        }
    }

    private IThreadPoolWorkItem? Next()
    {
        lock (_gate)
        {
            _idle++;
            IThreadPoolWorkItem? work;
            while (!_waiting.TryDequeue(out work) && !_isEnding && Monitor.Wait(_gate, Patience))
            {
            }

            _idle--;
            if (work is null && !_waiting.TryDequeue(out work))
            {
                _threads--;
                Monitor.PulseAll(_gate);
            }

            return work;
        }
    }
}
