// SPDX-License-Identifier: MIT

namespace Vma.Threads;

/// <summary>Work that the first thread does which comes to it. When it throws, the next thread that comes tries again. Thread-safe.</summary>
internal sealed class OneTimeWork(Action work)
{
    private readonly Lock _gate = new();
    private volatile bool _isDone;

    public bool IsDone => _isDone;

    /// <summary>Does the work, if it is not done; false when another thread is at it.</summary>
    public bool TryDo()
    {
        if (_isDone)
        {
            return true;
        }

        if (!_gate.TryEnter())
        {
            return false;
        }

        try
        {
            DoOnce();
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Does the work, if it is not done, or waits for the thread that is at it.</summary>
    public void Do()
    {
        if (_isDone)
        {
            return;
        }

        lock (_gate)
        {
            DoOnce();
        }
    }

    private void DoOnce()
    {
        if (!_isDone)
        {
            work();
            _isDone = true;
        }
    }
}
