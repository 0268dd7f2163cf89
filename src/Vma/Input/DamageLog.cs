// SPDX-License-Identifier: MIT

namespace Vma.Input;

/// <summary>
/// What could not be read below the archive's own format: sectors, compressed blocks. It comes as zeros where its length is known, and
/// is remembered, so that no reader takes the zeros for data. Thread-safe.
/// </summary>
internal sealed class DamageLog
{
    private readonly Lock _gate = new();
    private readonly List<(long Start, long End)> _unreadable = [];

    /// <summary>Takes each fault; null as long as a fault ends the reading.</summary>
    public Action<VmaFault>? GoOn { get; set; }

    /// <summary>Reports a fault, or throws it when the reading ends with it.</summary>
    public void Report(VmaFault fault)
    {
        if (GoOn is null)
        {
            throw new VmaException(fault);
        }

        GoOn(fault);
    }

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
