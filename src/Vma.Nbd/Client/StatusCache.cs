// SPDX-License-Identifier: MIT

namespace Vma.Nbd.Client;

/// <summary>The extents of one context's last answer: servers tell of many at once, and callers ask for one after the other.</summary>
internal sealed class StatusCache
{
    private readonly Lock _lock = new();
    private long[] _ends = [];
    private uint[] _flags = [];
    private long _start;
    private long _generation;

    /// <summary>What tells whether something was written since.</summary>
    public long Generation => Volatile.Read(ref _generation);

    public bool TryGet(long offset, out NbdExtent extent)
    {
        lock (_lock)
        {
            extent = default;
            if (_ends.Length == 0 || offset < _start || offset >= _ends[^1])
            {
                return false;
            }

            int index = Array.BinarySearch(_ends, offset + 1);
            index = index < 0 ? ~index : index;
            extent = new NbdExtent(_ends[index] - offset, _flags[index]);
            return true;
        }
    }

    /// <summary>Keeps an answer from <paramref name="start"/> on, with equal neighbours as one, unless something was written since <paramref name="generation"/>.</summary>
    public void Set(long start, long length, IReadOnlyList<(uint Length, uint Flags)> extents, long generation)
    {
        List<long> ends = new(extents.Count);
        List<uint> flags = new(extents.Count);
        long end = start;
        foreach ((uint bytes, uint flag) in extents)
        {
            end = Math.Min(end + bytes, length);
            if (flags.Count > 0 && flags[^1] == flag)
            {
                ends[^1] = end;
            }
            else if (ends.Count == 0 || end > ends[^1])
            {
                ends.Add(end);
                flags.Add(flag);
            }
        }

        lock (_lock)
        {
            if (_generation == generation)
            {
                _start = start;
                _ends = [.. ends];
                _flags = [.. flags];
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _generation++;
            _ends = [];
        }
    }
}
