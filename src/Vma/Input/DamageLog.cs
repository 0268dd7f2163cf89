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
    private readonly List<(long Start, long End)> _unreadable = [];

    public void Report(VmaFault fault) => report(fault);

    /// <summary>Notes bytes of the plain archive that come as zeros.</summary>
    public void MarkUnreadable(long start, long length)
    {
        lock (_gate)
        {
            if (_unreadable.Count > 0 && _unreadable[^1].End == start)
            {
                _unreadable[^1] = (_unreadable[^1].Start, start + length);
            }
            else
            {
                _unreadable.Add((start, start + length));
            }
        }
    }

    public bool IsUnreadable(long start, long length)
    {
        lock (_gate)
        {
            return _unreadable.Exists(range => range.Start < start + length && range.End > start);
        }
    }
}
