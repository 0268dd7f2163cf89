// SPDX-License-Identifier: MIT

using System.Runtime.ExceptionServices;

namespace Vma;

/// <summary>Compares disks by their content, whatever they are stored in.</summary>
public static class VmaDiff
{
    private const int BlockSize = VmaCluster.BlockSize;
    private const int PieceLength = 1 << 20;

    /// <summary>
    /// Where two disks differ, in order, in whole blocks of 4 KiB; neighbours come as one. What both know to be zeros is not read. Where one disk is
    /// longer, what it has behind the other's end differs.
    /// </summary>
    /// <param name="one">The one disk.</param>
    /// <param name="other">The other disk.</param>
    /// <param name="parallelism">How many threads read and compare, at least 1.</param>
    /// <param name="progress">Told after each part with the offset that has been reached, in bytes.</param>
    /// <param name="cancellationToken">Ends the comparison between two parts.</param>
    /// <exception cref="IOException">A disk could not be read.</exception>
    /// <exception cref="VmaException">A cluster of an archive is damaged.</exception>
    public static IEnumerable<DiskRange> Compare(IBlockSource one, IBlockSource other, int parallelism = 2, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        return Join(Find(one, other, parallelism, progress, cancellationToken));
    }

    private static IEnumerable<DiskRange> Find(IBlockSource one, IBlockSource other, int parallelism, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long common = Math.Min(one.Length, other.Length);
        var pieces = new List<DiskRange>(parallelism);
        byte[][] buffers = [.. Enumerable.Range(0, 2 * parallelism).Select(_ => GC.AllocateUninitializedArray<byte>(PieceLength))];
        for (long offset = 0; offset < common || pieces.Count > 0;)
        {
            if (offset < common)
            {
                DiskRange next = NextPiece(one, other, offset, common, out bool isZero, cancellationToken);
                offset = next.Offset + next.Length;
                if (!isZero)
                {
                    pieces.Add(next);
                }
            }

            if (pieces.Count == parallelism || (offset == common && pieces.Count > 0))
            {
                List<DiskRange>[] found = ComparePieces(one, other, pieces, buffers, cancellationToken);
                pieces.Clear();
                progress?.Report(offset);
                foreach (DiskRange range in found.SelectMany(ranges => ranges))
                {
                    yield return range;
                }
            }
        }

        if (one.Length != other.Length)
        {
            yield return new DiskRange(common, Math.Max(one.Length, other.Length) - common);
        }
    }

    /// <summary>The next part to compare, or to pass over since both disks know that it is zeros.</summary>
    private static DiskRange NextPiece(IBlockSource one, IBlockSource other, long offset, long end, out bool isZero, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BlockStatus first = one.StatusAt(offset, cancellationToken), second = other.StatusAt(offset, cancellationToken);
        long zeroes = first.ReadsAsZeroes && second.ReadsAsZeroes ? Math.Min(Math.Min(first.Length, second.Length), end - offset) : 0;
        zeroes -= offset + zeroes == end ? 0 : zeroes % BlockSize;
        isZero = zeroes > 0;
        return new DiskRange(offset, isZero ? zeroes : Math.Min(PieceLength, end - offset));
    }

    private static List<DiskRange>[] ComparePieces(IBlockSource one, IBlockSource other, List<DiskRange> pieces, byte[][] buffers, CancellationToken cancellationToken)
    {
        var found = new List<DiskRange>[pieces.Count];
        try
        {
            Parallel.For(0, pieces.Count, i => found[i] = ComparePiece(one, other, pieces[i], buffers[2 * i], buffers[2 * i + 1], cancellationToken));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return found;
    }

    private static List<DiskRange> ComparePiece(IBlockSource one, IBlockSource other, DiskRange piece, byte[] oneBuffer, byte[] otherBuffer, CancellationToken cancellationToken)
    {
        var found = new List<DiskRange>();
        Span<byte> first = oneBuffer.AsSpan(0, (int)piece.Length), second = otherBuffer.AsSpan(0, (int)piece.Length);
        one.ReadAt(piece.Offset, first, cancellationToken);
        other.ReadAt(piece.Offset, second, cancellationToken);
        for (int at = 0; at < first.Length;)
        {
            int same = first[at..].CommonPrefixLength(second[at..]);
            if (same == first.Length - at)
            {
                break;
            }

            at = (at + same) / BlockSize * BlockSize;
            int length = Math.Min(BlockSize, first.Length - at);
            found.Add(new DiskRange(piece.Offset + at, length));
            at += length;
        }

        return found;
    }

    private static IEnumerable<DiskRange> Join(IEnumerable<DiskRange> ranges)
    {
        DiskRange? open = null;
        foreach (DiskRange range in ranges)
        {
            if (open is { } before && before.Offset + before.Length == range.Offset)
            {
                open = before with { Length = before.Length + range.Length };
                continue;
            }

            if (open is { } done)
            {
                yield return done;
            }

            open = range;
        }

        if (open is { } last)
        {
            yield return last;
        }
    }
}

/// <summary>A stretch of a disk.</summary>
/// <param name="Offset">Where it starts, in bytes.</param>
/// <param name="Length">Its length in bytes, at least 1.</param>
public readonly record struct DiskRange(long Offset, long Length);
