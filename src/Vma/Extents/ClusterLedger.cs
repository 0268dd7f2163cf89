// SPDX-License-Identifier: MIT

using System.Numerics;
using Vma.Format;

namespace Vma.Extents;

/// <summary>
/// Which clusters of one device were seen, in memory that follows what was seen and not what a header claims: pages of 1,024
/// clusters, and a page that is full costs no more than its entry. One bit per cluster of a disk at worst, 2 MiB per TiB.
/// </summary>
internal sealed class ClusterLedger(long clusterCount)
{
    private const int PageWords = 16;
    private const int PageClusters = PageWords * 64;
    private static readonly ulong[] Full = new ulong[PageWords];

    // A device may claim more clusters than there are numbers for.
    private readonly long _clusterCount = Math.Min(clusterCount, VmaLayout.MaxClusters);
    private readonly Dictionary<uint, ulong[]> _pages = [];

    // The page last marked: mostly the next cluster is on it too.
    private uint _lastNumber;
    private ulong[]? _lastPage;

    /// <summary>What one page costs with its entry, in bytes, for the bound on the memory of all ledgers together.</summary>
    public const int PageCost = PageWords * 8 + 64;

    /// <summary>How many clusters were marked.</summary>
    public long Count { get; private set; }

    /// <summary>How many pages are neither empty nor full.</summary>
    public int PartialPages { get; private set; }

    public bool IsComplete => Count == _clusterCount;

    /// <summary>Marks a cluster; false when it was marked before.</summary>
    public bool Mark(uint cluster)
    {
        uint number = cluster / PageClusters;
        ulong[]? page = _lastPage;
        if (page is null || number != _lastNumber)
        {
            if (!_pages.TryGetValue(number, out page))
            {
                page = new ulong[PageWords];
                _pages.Add(number, page);
                PartialPages++;
            }

            (_lastNumber, _lastPage) = (number, page);
        }

        int bit = (int)(cluster % PageClusters);
        if (ReferenceEquals(page, Full) || (page[bit / 64] >> (bit % 64) & 1) != 0)
        {
            return false;
        }

        page[bit / 64] |= 1UL << (bit % 64);
        Count++;
        if (page[bit / 64] == ulong.MaxValue && !page.AsSpan().ContainsAnyExcept(ulong.MaxValue))
        {
            _pages[number] = Full;
            _lastPage = Full;
            PartialPages--;
        }

        return true;
    }

    public bool IsMarked(uint cluster)
    {
        int bit = (int)(cluster % PageClusters);
        return _pages.TryGetValue(cluster / PageClusters, out ulong[]? page) && (ReferenceEquals(page, Full) || (page[bit / 64] >> (bit % 64) & 1) != 0);
    }

    /// <summary>The ranges of clusters that were not marked, in order. Time follows the pages seen, not the size claimed.</summary>
    /// <param name="end">Where the device ends, when that is not where it was said to.</param>
    public IEnumerable<(long First, long Count)> Missing(long? end = null)
    {
        long clusters = end ?? _clusterCount;
        long next = 0;
        foreach ((long first, long count) in Marked())
        {
            if (first > next)
            {
                yield return (next, first - next);
            }

            next = first + count;
        }

        if (next < clusters)
        {
            yield return (next, clusters - next);
        }
    }

    /// <summary>Ranges of clusters that were marked, in order; neighbours may be told as two.</summary>
    public IEnumerable<(long First, long Count)> Marked()
    {
        uint[] numbers = [.. _pages.Keys];
        Array.Sort(numbers);
        foreach (uint number in numbers)
        {
            long start = (long)number * PageClusters;
            ulong[] page = _pages[number];
            if (ReferenceEquals(page, Full))
            {
                yield return (start, PageClusters);
                continue;
            }

            for (int bit = 0; bit < PageClusters;)
            {
                ulong rest = page[bit / 64] >> (bit % 64);
                if (rest == 0)
                {
                    bit = (bit / 64 + 1) * 64;
                    continue;
                }

                bit += BitOperations.TrailingZeroCount(rest);
                int same = Math.Min(BitOperations.TrailingZeroCount(~(page[bit / 64] >> (bit % 64))), 64 - bit % 64);
                yield return (start + bit, same);
                bit += same;
            }
        }
    }
}
