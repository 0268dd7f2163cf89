// SPDX-License-Identifier: MIT

namespace Vma.Nbd.Client;

/// <summary>The extents of one context's last answer: servers tell of many at once, and callers ask for one after the other. Thread-safe.</summary>
internal sealed class StatusCache
{
    private readonly Lock _gate = new();
    private readonly List<long> _ends = [];
    private readonly List<uint> _flags = [];
    private long _start;
    private long _generation;

    /// <summary>A number that changes with each write.</summary>
    public long Generation => Volatile.Read(ref _generation);

    public bool TryGet(long offset, out NbdExtent extent)
    {
        lock (_gate)
        {
            int index = _ends.BinarySearch(offset + 1);
            index = index < 0 ? ~index : index;
            bool isKnown = offset >= _start && index < _ends.Count;
            extent = isKnown ? new NbdExtent(_ends[index] - offset, _flags[index]) : default;
            return isKnown;
        }
    }

    /// <summary>Keeps an answer from <paramref name="start"/> on, equal neighbours as one, unless a write came after <paramref name="generation"/>.</summary>
    public void Set(long start, long length, IReadOnlyList<NbdExtent> extents, long generation)
    {
        lock (_gate)
        {
            if (_generation != generation)
            {
                return;
            }

            Forget();
            _start = start;
            long end = start;
            foreach ((long bytes, uint flag) in extents)
            {
                end = Math.Min(end + bytes, length);
                if (_flags.Count > 0 && _flags[^1] == flag)
                {
                    _ends[^1] = end;
                }
                else if (_ends.Count == 0 || end > _ends[^1])
                {
                    _ends.Add(end);
                    _flags.Add(flag);
                }
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _generation++;
            Forget();
        }
    }

    private void Forget()
    {
        _ends.Clear();
        _flags.Clear();
    }
}
