// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma;

/// <summary>Compares disks by their content, whatever they are stored in.</summary>
public static class VmaDiff
{
    private const int BlockSize = VmaCluster.BlockSize;
    private const int PartLength = 1 << 20;

    /// <summary>
    /// Where two disks differ, in order, in whole blocks of 4 KiB; neighbours come as one. What both know to be zeros is not read. Where one disk is
    /// longer, what it has behind the other's end differs.
    /// </summary>
    /// <param name="one">The one disk.</param>
    /// <param name="other">The other disk.</param>
    /// <param name="options">How it is done.</param>
    /// <param name="progress">Told after each part, and at the end of the shorter disk, by one thread at a time: bytes of the shorter disk.</param>
    /// <param name="cancellationToken">Ends the comparison between two parts.</param>
    /// <returns>The ranges, found while they are asked for: there can be millions.</returns>
    /// <exception cref="IOException">A disk could not be read.</exception>
    /// <exception cref="VmaException">A cluster of an archive is damaged.</exception>
    public static IEnumerable<VmaByteRange> Run(
        IBlockSource one,
        IBlockSource other,
        VmaDiffOptions? options = null,
        IProgress<VmaProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Join(Find(one, other, (options ?? new VmaDiffOptions()).Parallelism, progress, cancellationToken));
    }

    private static IEnumerable<VmaByteRange> Find(
        IBlockSource one, IBlockSource other, int parallelism, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        long common = Math.Min(one.Length, other.Length);
        var parts = new List<VmaByteRange>(parallelism);
        using var workers = new WorkerGroup(parallelism - 1, "vma diff");
        byte[][] buffers = [.. Enumerable.Range(0, 2 * parallelism).Select(_ => GC.AllocateUninitializedArray<byte>(PartLength))];
        for (long offset = 0; offset < common || parts.Count > 0;)
        {
            if (offset < common)
            {
                VmaByteRange next = NextPart(one, other, offset, common, out bool isZero, cancellationToken);
                offset = next.Offset + next.Length;
                if (!isZero)
                {
                    parts.Add(next);
                }
            }

            if (parts.Count == parallelism || (offset == common && parts.Count > 0))
            {
                List<VmaByteRange>[] found = CompareParts(workers, one, other, parts, buffers, cancellationToken);
                parts.Clear();
                progress?.Report(new VmaProgress(offset, common, 0));
                foreach (VmaByteRange range in found.SelectMany(ranges => ranges))
                {
                    yield return range;
                }
            }
        }

        progress?.Report(new VmaProgress(common, common, 0));
        if (one.Length != other.Length)
        {
            yield return new VmaByteRange(common, Math.Max(one.Length, other.Length) - common);
        }
    }

    /// <summary>The next part to compare, or to pass over since both disks know that it is zeros.</summary>
    private static VmaByteRange NextPart(IBlockSource one, IBlockSource other, long offset, long end, out bool isZero, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BlockStatus first = one.StatusAt(offset, cancellationToken), second = other.StatusAt(offset, cancellationToken);
        long zeroes = first.ReadsAsZeroes && second.ReadsAsZeroes ? Math.Min(Math.Min(first.Length, second.Length), end - offset) : 0;
        zeroes -= offset + zeroes == end ? 0 : zeroes % BlockSize;
        isZero = zeroes > 0;
        return new VmaByteRange(offset, isZero ? zeroes : Math.Min(PartLength, end - offset));
    }

    private static List<VmaByteRange>[] CompareParts(
        WorkerGroup workers, IBlockSource one, IBlockSource other, List<VmaByteRange> parts, byte[][] buffers, CancellationToken cancellationToken)
    {
        var found = new List<VmaByteRange>[parts.Count];
        for (int i = 0; i < found.Length; i++)
        {
            int part = i;
            workers.Add(() => found[part] = ComparePart(one, other, parts[part], buffers[2 * part], buffers[2 * part + 1], cancellationToken));
        }

        while (workers.TryHelp())
        {
        }

        workers.WaitFor(unfinished: 0);
        return found;
    }

    private static List<VmaByteRange> ComparePart(
        IBlockSource one, IBlockSource other, VmaByteRange part, byte[] oneBuffer, byte[] otherBuffer, CancellationToken cancellationToken)
    {
        var found = new List<VmaByteRange>();
        Span<byte> first = oneBuffer.AsSpan(0, (int)part.Length), second = otherBuffer.AsSpan(0, (int)part.Length);
        one.ReadAt(part.Offset, first, cancellationToken);
        other.ReadAt(part.Offset, second, cancellationToken);
        for (int at = 0; at < first.Length;)
        {
            int same = first[at..].CommonPrefixLength(second[at..]);
            if (same == first.Length - at)
            {
                break;
            }

            at = (at + same) / BlockSize * BlockSize;
            int length = Math.Min(BlockSize, first.Length - at);
            found.Add(new VmaByteRange(part.Offset + at, length));
            at += length;
        }

        return found;
    }

    private static IEnumerable<VmaByteRange> Join(IEnumerable<VmaByteRange> ranges)
    {
        VmaByteRange? open = null;
        foreach (VmaByteRange range in ranges)
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
