// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Nbd.Server;

/// <summary>A bound on something that several threads take and give back.</summary>
internal sealed class Budget(long total)
{
    private readonly object _lock = new();
    private long _left = total;

    /// <summary>Takes the amount when it is there in time.</summary>
    public bool TryTake(long amount, TimeSpan patience = default)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            while (_left < amount)
            {
                TimeSpan rest = patience - Stopwatch.GetElapsedTime(start);
                if (rest <= TimeSpan.Zero )
                {
                    return false;
                }

                Monitor.Wait(_lock, rest);
            }

            _left -= amount;
            return true;
        }
    }

    public void Return(long amount)
    {
        lock (_lock)
        {
            _left += amount;
            Monitor.PulseAll(_lock);
        }
    }
}
