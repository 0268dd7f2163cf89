// SPDX-License-Identifier: MIT

using Vma.Format;
using Vma.Input;

namespace Vma.Compression.Zstd;

/// <summary>
/// Compares the seek table and the cluster map at the end of a zstd stream with the frames and extents that a pass came upon. It takes 16 bytes a frame and
/// 16 an extent, of our own archives 8 MiB per TiB.
/// </summary>
internal sealed class TableCheck : IExtentHints
{
    /// <summary>16 TiB in frames of ours. A stream of more frames is told to have a wrong table, if any: millions of empty ones must not take memory.</summary>
    private const int MostFrames = 4 << 20;

    private readonly List<(uint Compressed, uint Plain)> _frames = [];
    private readonly List<long> _starts = [];
    private readonly ClusterMap _seen = new();
    private Skippable? _last;
    private Skippable? _beforeLast;
    private long _compressed;
    private long _plain;
    private int _next;
    private long? _firstUntold;
    private bool _areFramesLost;
    private bool _areExtentsLost;
    private bool _isAtEnd;
    private bool _endsInTable;

    /// <summary>How long a skippable frame of that magic may be, so that it can be a table or a map of the frames before it.</summary>
    public long LongestOf(uint magic) => magic switch
    {
        SeekTable.FrameMagic => SeekTable.LongestFrame(_frames.Count),
        ClusterMap.FrameMagic => ClusterMap.LongestFrame(_frames.Count),
        _ => 0,
    };

    public void OnFrame(long compressed, long plain)
    {
        if (plain > 0 && _starts.Count < MostFrames)
        {
            _starts.Add(_plain);
        }

        Add(compressed, plain);
        (_beforeLast, _last) = (null, null);
    }

    /// <param name="compressed">How long the frame is.</param>
    /// <param name="bytes">The frame; empty when it is longer than <see cref="LongestOf"/> says.</param>
    public void OnSkippable(long compressed, byte[] bytes)
    {
        (_beforeLast, _last) = (_last, new Skippable(_compressed, bytes));
        Add(compressed, 0);
    }

    /// <param name="lastBytes">The stream's last four.</param>
    public void OnEnd(uint lastBytes) => (_isAtEnd, _endsInTable) = (true, lastBytes == SeekTable.FooterMagic);

    /// <summary>Notes that the stream is damaged where a frame should be.</summary>
    public void OnLostFrame() => _areFramesLost = true;

    public void OnLoss() => _areExtentsLost = true;

    public void OnExtent(long offset, ExtentHeader header)
    {
        while (_next < _starts.Count && _starts[_next] < offset)
        {
            _next++;
        }

        // A map can tell only extents that stand at the start of a frame.
        bool isAtStart = _next < _starts.Count && _starts[_next] == offset;
        if (isAtStart && _seen.Entries.Count < MostFrames)
        {
            _seen.Add(_next, header);
        }
        else
        {
            _firstUntold ??= offset;
        }
    }

    public VmaFault? Compare()
    {
        if (!_isAtEnd || !_endsInTable || _areFramesLost)
        {
            return null;
        }

        long tableAt = _last?.Offset ?? _compressed;
        if (_last is null || TryReadTable(_last) is not { } told)
        {
            return Fault(VmaFaultCode.SeekTableMismatch, _plain, tableAt, "what looks like a seek table is none of this stream");
        }

        // The table lists all frames but its own.
        List<(uint Compressed, uint Plain)> there = _frames[..^1];
        int same = there.Zip(told).TakeWhile(static pair => pair.First == pair.Second).Count();
        if (same < there.Count || same < told.Count || _frames.Count > MostFrames)
        {
            long offset = there.Take(same).Sum(static frame => (long)frame.Plain);
            return Fault(VmaFaultCode.SeekTableMismatch, offset, tableAt, $"the seek table tells frame {same} otherwise than it is there");
        }

        return _areExtentsLost || _beforeLast is null ? null : CompareMap(_beforeLast);
    }

    private VmaFault? CompareMap(Skippable frame)
    {
        if (!ClusterMap.IsOurs(frame.Bytes))
        {
            return null;
        }

        if (ClusterMap.TryRead(frame.Bytes) is not { } told)
        {
            return Fault(VmaFaultCode.ClusterMapMismatch, _plain, frame.Offset, "the cluster map is damaged");
        }

        IReadOnlyList<ClusterMap.Entry> there = _seen.Entries;
        int same = there.Zip(told).TakeWhile(static pair => pair.First == pair.Second).Count();
        if (same == there.Count && same == told.Length && _firstUntold is null)
        {
            return null;
        }

        long offset = same < there.Count ? _starts[(int)there[same].Frame] : _firstUntold ?? _plain;
        return Fault(VmaFaultCode.ClusterMapMismatch, offset, frame.Offset, $"the cluster map's entry {same} is not what the extents hold");
    }

    /// <summary>Reads the table as a reader at any place does, from where the stream ends.</summary>
    private List<(uint Compressed, uint Plain)>? TryReadTable(Skippable frame)
    {
        using var stream = new PositionedStream(_compressed, (offset, buffer) =>
        {
            buffer.Clear();
            long at = offset - frame.Offset;
            if (at >= 0 && at < frame.Bytes.Length)
            {
                frame.Bytes.AsSpan((int)at, Math.Min(buffer.Length, frame.Bytes.Length - (int)at)).CopyTo(buffer);
            }
        });
        return SeekTable.TryRead(stream);
    }

    private void Add(long compressed, long plain)
    {
        if (_frames.Count <= MostFrames)
        {
            _frames.Add(((uint)Math.Min(compressed, uint.MaxValue), (uint)Math.Min(plain, uint.MaxValue)));
        }

        _compressed += compressed;
        _plain += plain;
    }

    private static VmaFault Fault(VmaFaultCode code, long offset, long compressedOffset, string message) =>
        new(code, offset, message) { CompressedOffset = compressedOffset };

    private sealed record Skippable(long Offset, byte[] Bytes);
}
