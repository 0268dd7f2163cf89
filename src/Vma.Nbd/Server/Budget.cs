// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Nbd.Server;

/// <summary>An amount that several threads take from and give back to. Thread-safe.</summary>
internal sealed class Budget(long total)
{
    private readonly object _gate = new();
    private long _left = total;

    /// <summary>Takes the amount when it is there in time.</summary>
    public bool TryTake(long amount, TimeSpan patience = default)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_left < amount)
            {
                TimeSpan rest = patience - Stopwatch.GetElapsedTime(start);
                if (rest <= TimeSpan.Zero)
                {
                    return false;
                }

                Monitor.Wait(_gate, rest);
            }

            _left -= amount;
            return true;
        }
    }

    public void Return(long amount)
    {
        lock (_gate)
        {
            _left += amount;
            Monitor.PulseAll(_gate);
        }
    }
}
