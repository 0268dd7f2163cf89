// SPDX-License-Identifier: MIT

namespace Vma.Input;

/// <summary>
/// What could not be read below the archive's own format: sectors, compressed blocks. It comes as zeros where its length is known, and
/// is remembered, so that no reader takes the zeros for data. Thread-safe.
/// </summary>
/// <param name="report">Takes each fault. A report that throws ends the reading.</param>
internal sealed class DamageLog(Action<VmaFault> report)
{
    private readonly Lock _gate = new();

    /// <summary>In order and apart from one another: each byte is read once. A small archive can hold so many that they are not searched one by one.</summary>
    private readonly List<(long Start, long End)> _unreadable = [];

    public void Report(VmaFault fault) => report(fault);

    /// <summary>Notes bytes of the plain archive that come as zeros.</summary>
    public void MarkUnreadable(long start, long length)
    {
        lock (_gate)
        {
            int next = FirstBehind(start);
            if (next > 0 && _unreadable[next - 1].End == start)
            {
                _unreadable[next - 1] = (_unreadable[next - 1].Start, start + length);
            }
            else
            {
                _unreadable.Insert(next, (start, start + length));
            }
        }
    }

    public bool IsUnreadable(long start, long length)
    {
        lock (_gate)
        {
            int next = FirstBehind(start);
            return next < _unreadable.Count && _unreadable[next].Start < start + length;
        }
    }

    /// <summary>The first range that ends behind a place.</summary>
    private int FirstBehind(long place)
    {
        int low = 0, high = _unreadable.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _unreadable[middle].End > place ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
