// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace Vma.Testing;

/// <content>Damage to archives that are made already.</content>
public sealed partial class ArchiveBuilder
{
    public static byte[] Cut(byte[] archive, int length) => archive[..length];

    public static byte[] Append(byte[] archive, params byte[] behind) => [.. archive, .. behind];

    /// <summary>Takes bytes out of the middle.</summary>
    public static byte[] Remove(byte[] archive, int offset, int count) => [.. archive[..offset], .. archive[(offset + count)..]];

    public static byte[] Insert(byte[] archive, int offset, params byte[] bytes) => [.. archive[..offset], .. bytes, .. archive[offset..]];

    public static byte[] Overwrite(byte[] archive, int offset, params byte[] bytes)
    {
        byte[] damaged = [.. archive];
        bytes.CopyTo(damaged, offset);
        return damaged;
    }

    /// <summary>Puts random bytes over ranges.</summary>
    public static byte[] Scramble(byte[] archive, Random random, params IEnumerable<(int Offset, int Length)> ranges)
    {
        byte[] damaged = [.. archive];
        foreach ((int offset, int length) in ranges)
        {
            random.NextBytes(damaged.AsSpan(offset, length));
        }

        return damaged;
    }

    public static byte[] FlipBit(byte[] archive, long bit)
    {
        byte[] damaged = [.. archive];
        FlipBitInPlace(damaged, bit);
        return damaged;
    }

    public static void FlipBitInPlace(byte[] archive, long bit) => archive[bit / 8] ^= (byte)(1 << (int)(bit % 8));

    /// <summary>The archive with its extents in another order, some left out or repeated; each takes its seal along.</summary>
    /// <param name="archive">A sealed archive.</param>
    /// <param name="order">Numbers of data extents.</param>
    /// <param name="fixNumbers">Whether number and offset of each seal are made to count on, and the end mark's too.</param>
    public static byte[] Reorder(byte[] archive, int[] order, bool fixNumbers)
    {
        List<(int Offset, int Size, int BlockCount, int Entries)> extents = MiniReader.Read(archive).Extents;
        int[] starts = [.. extents.Where(extent => extent.Entries > 0).Select(extent => extent.Offset)];
        int end = extents[^1].Offset;
        var result = new List<byte>(archive[..starts[0]]);
        for (int i = 0; i < order.Length; i++)
        {
            int next = order[i] + 1 < starts.Length ? starts[order[i] + 1] : end;
            byte[] unit = archive[starts[order[i]]..next];
            Renumber(unit.AsSpan(unit.Length - ExtentDraft.HeaderLength), fixNumbers, i, result.Count);
            result.AddRange(unit);
        }

        byte[] mark = archive[end..];
        Renumber(mark, fixNumbers, order.Length, result.Count);
        return [.. result, .. mark];
    }

    private static void Renumber(Span<byte> seal, bool fixNumbers, int number, int offset)
    {
        if (!fixNumbers)
        {
            return;
        }

        Span<byte> fields = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(fields, (ulong)number);
        BinaryPrimitives.WriteUInt64BigEndian(fields[8..], (ulong)offset);
        for (int i = 0; i < fields.Length; i++)
        {
            seal[ExtentDraft.PayloadPosition(8 + i)] = fields[i];
        }

        ExtentDraft.Sign(seal);
    }
}
