// SPDX-License-Identifier: MIT

using System.Runtime.ExceptionServices;

namespace Vma.Threads;

/// <summary>
/// Lets threads through in the order of their turns, which count from 0. A thread whose turn has not come can leave its work to the one in front of it.
/// When one fails, all that wait or come later fail with the same cause. Thread-safe.
/// </summary>
/// <param name="mostLeft">How many works may be left at once: each holds memory until its turn.</param>
internal sealed class Turnstile(int mostLeft = 0)
{
    private readonly object _gate = new();
    private readonly Dictionary<long, Action> _left = [];
    private long _turn;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Returns when the turn has come.</summary>
    /// <exception cref="Exception">What <see cref="Fail"/> was given.</exception>
    public void WaitFor(long turn)
    {
        lock (_gate)
        {
            while (_turn != turn && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            _failure?.Throw();
        }
    }

    /// <summary>Whether work can be left for a turn now. It may be otherwise when <see cref="TryLeave"/> is called.</summary>
    public bool CanLeave(long turn)
    {
        lock (_gate)
        {
            return MayLeave(turn);
        }
    }

    /// <summary>Leaves the work of a turn to the thread that ends the turn in front of it; false when the caller has to wait and do it.</summary>
    public bool TryLeave(long turn, Action work)
    {
        lock (_gate)
        {
            return MayLeave(turn) && _left.TryAdd(turn, work);
        }
    }

    /// <summary>Ends a turn that had come: does what was left for the turns behind it, then lets the next thread in.</summary>
    public void Pass(long turn)
    {
        while (true)
        {
            Action? work;
            lock (_gate)
            {
                if (!_left.Remove(++turn, out work))
                {
                    _turn = turn;
                    Monitor.PulseAll(_gate);
                    return;
                }
            }

            work();
        }
    }

    /// <summary>Ends all waiting: threads that wait, or come later, fail with the cause. Only the first one counts.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= ExceptionDispatchInfo.Capture(failure);
            Monitor.PulseAll(_gate);
        }
    }

    private bool MayLeave(long turn) => _turn != turn && _failure is null && _left.Count < mostLeft;
}
