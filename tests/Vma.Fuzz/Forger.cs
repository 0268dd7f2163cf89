// SPDX-License-Identifier: MIT

namespace Vma.Fuzz;

/// <summary>
/// Makes a <c>.vma.zst</c> whose frames, seek table and cluster map are forged together, with right checksums. There are two archives of one header: a pass
/// forward comes upon frames of the first, and frames of the second are hidden in skippable frames, in data, or stand beside them. The tables tell any of all
/// these frames, and fill the gaps.
/// </summary>
internal sealed class Forger
{
    private const int Cluster = ArchiveBuilder.Cluster;
    private const int Block = ArchiveBuilder.Block;

    private readonly Random _random;
    private readonly bool _isSealed;
    private readonly int _perExtent;
    private readonly int[] _disks;
    private readonly List<byte> _stream = [];
    private readonly List<(int Offset, int Length, byte[] Plain, bool IsHidden)> _frames = [];

    private Forger(int seed)
    {
        _random = new Random(seed);
        _isSealed = _random.Next(2) == 0;
        _perExtent = _random.Next(1, 4);
        _disks = [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => _random.Next(1, 5) * Cluster - (_random.Next(3) == 0 ? 3000 : 0))];
    }

    public static byte[] Make(int seed) => new Forger(seed).Make();

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private byte[] Make()
    {
        List<byte[]> other = SeekableDraft.Parts(Archive(embedded: []));
        byte[][] embedded = Chance(3) ? [Any(other)] : Chance(2) ? [SeekableDraft.FrameOf(Any(other))] : [];
        byte[] archive = Archive(embedded);
        Lay(Cut(archive, embedded), other);
        Find(other);
        byte[] forged = Tell().Build();
        if (Chance(4))
        {
            forged[_random.Next(forged.Length)] ^= (byte)(1 << _random.Next(8));
        }

        return forged;
    }

    private byte[] Any(List<byte[]> parts) => parts[_random.Next(Math.Min(1, parts.Count - 1), parts.Count)];

    private byte[] Archive(byte[][] embedded)
    {
        var builder = new ArchiveBuilder { Sealed = _isSealed, PromisesSeals = _isSealed };
        for (int i = 0; i < _disks.Length; i++)
        {
            builder.WholeDisk((byte)(i + 1), $"disk{i}", Content(_disks[i], embedded), _perExtent);
        }

        if (Chance(6))
        {
            int disk = _random.Next(_disks.Length);
            builder.Extent(extent => extent.Slot((byte)(disk + 1), (uint)_random.Next((_disks[disk] + Cluster - 1) / Cluster), Chance(2) ? 0 : 1));
        }

        if (Chance(6))
        {
            builder.Null(1, 2, 3);
        }

        return builder.Build();
    }

    /// <summary>Blocks of noise and holes, and maybe what looks like a part of an archive.</summary>
    private byte[] Content(int length, byte[][] embedded)
    {
        var content = new byte[length];
        for (int at = 0; at < length; at += Block)
        {
            if (Chance(3))
            {
                _random.NextBytes(content.AsSpan(at, Math.Min(Block, length - at)));
            }
        }

        foreach (byte[] part in embedded.Where(part => part.Length <= length))
        {
            part.CopyTo(content, Chance(2) ? 0 : _random.Next((length - part.Length) / 512 + 1) * 512);
        }

        return content;
    }

    /// <summary>The archive in pieces, a frame each: mostly as the layout wants it, sometimes at other places.</summary>
    private List<byte[]> Cut(byte[] archive, byte[][] embedded)
    {
        List<byte[]> parts = SeekableDraft.Parts(archive);
        if (!Chance(3))
        {
            return parts;
        }

        IEnumerable<int> borders = MiniReader.Read(archive).Extents.SelectMany(extent => (int[])[extent.Offset, extent.Offset + 512]);
        var places = new SortedSet<int>(borders.Where(_ => !Chance(3)));
        foreach (byte[] part in embedded)
        {
            int at = archive.AsSpan().IndexOf(part);
            places.UnionWith(at < 0 ? [] : [at, at + part.Length]);
        }

        int[] cuts = [0, .. places.Where(place => place > 0 && place < archive.Length), archive.Length];
        return [.. cuts.Zip(cuts.Skip(1)).Select(pair => archive[pair.First..pair.Second])];
    }

    /// <summary>Lays down the frames, and between them others of the other archive, hidden or not.</summary>
    private void Lay(List<byte[]> parts, List<byte[]> other)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            Add(SeekableDraft.FrameOf(parts[i]), parts[i]);
            if (Chance(3))
            {
                byte[][] hidden = [.. other.Skip(1).Where(_ => Chance(2)).Select(SeekableDraft.FrameOf)];
                _stream.AddRange(SeekableDraft.Skippable(SeekableDraft.MapMagic, [.. hidden.SelectMany(frame => frame)]));
            }

            if (Chance(12))
            {
                byte[] shown = Any(Chance(2) ? other : parts);
                Add(SeekableDraft.FrameOf(shown), shown);
            }
        }
    }

    private void Add(byte[] frame, byte[] plain)
    {
        _frames.Add((_stream.Count, frame.Length, plain, false));
        _stream.AddRange(frame);
    }

    /// <summary>Finds the frames of the other archive, wherever they are hidden.</summary>
    private void Find(List<byte[]> other)
    {
        byte[] stream = [.. _stream];
        foreach (byte[] plain in other.Skip(1))
        {
            byte[] frame = SeekableDraft.FrameOf(plain);
            for (int at = 0; stream.AsSpan(at).IndexOf(frame) is >= 0 and int next; at += next + 1)
            {
                _frames.Add((at + next, frame.Length, plain, true));
            }
        }
    }

    private SeekableDraft Tell()
    {
        int hiddenOneIn = _random.Next(1, 3), realOneIn = _random.Next(1, 3);
        SeekableDraft draft = new SeekableDraft().Raw([.. _stream]);
        int end = 0;
        uint number = 0;
        foreach ((int offset, int length, byte[] plain, bool isHidden) in _frames.OrderBy(frame => frame.Offset).ThenBy(frame => !frame.IsHidden))
        {
            if (offset < end || (offset > 0 && !Chance(isHidden ? hiddenOneIn : realOneIn)))
            {
                continue;
            }

            number += Fill(draft, offset - end);
            draft.Map.AddRange(SeekableDraft.MapEntry.Of(number++, plain)
                .Where(entry => Chance(20) || !draft.Map.Exists(told => (told.Device, told.First) == (entry.Device, entry.First))));
            draft.Table.Add((length, plain.Length));
            end = offset + length;
        }

        Fill(draft, _stream.Count - end);
        if (Chance(8) && draft.Map.Count > 0)
        {
            int entry = _random.Next(draft.Map.Count);
            uint last = draft.Map[entry].Last + (uint)_random.Next(2);
            draft.Map[entry] = draft.Map[entry] with { Frame = (uint)_random.Next(6), IsZero = Chance(2), Last = last };
        }

        return draft;
    }

    /// <summary>Tells bytes that no told frame has: as a part of the frame before, or as a frame; gives how many frames with content that makes.</summary>
    private uint Fill(SeekableDraft draft, int gap)
    {
        if (gap == 0)
        {
            return 0;
        }

        if (draft.Table.Count > 0 && (gap < 8 || Chance(2)))
        {
            draft.Table[^1] = (draft.Table[^1].Compressed + gap, draft.Table[^1].Plain);
            return 0;
        }

        bool isContent = Chance(2);
        draft.Table.Add((gap, isContent ? 512 : 0));
        return isContent ? 1u : 0;
    }
}
