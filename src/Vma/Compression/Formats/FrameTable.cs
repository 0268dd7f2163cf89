// SPDX-License-Identifier: MIT

using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Vma.Compression.Zstd;
using Vma.Input;

namespace Vma.Compression.Formats;

/// <summary>
/// Where each frame of a compressed archive is, compressed and plain: 24 bytes a frame. Of our zstd archives that is 7 MiB per TiB, of lzop's,
/// whose blocks are 256 KiB, 96 MiB.
/// </summary>
/// <param name="format">What the archive is compressed in.</param>
/// <param name="isGrowing">Whether one thread adds frames while others read those that are there, until <see cref="Complete"/>.</param>
internal sealed class FrameTable(CompressionFormat format, bool isGrowing = false)
{
    private readonly object _gate = new();
    private volatile Content _content = new([], 0, 0);
    private volatile bool _isComplete = !isGrowing;
    private Exception? _failure;

    public CompressionFormat Format => format;

    public int Count => _content.Count;

    /// <summary>How many bytes all of it decodes to, as far as it is known.</summary>
    public long PlainLength => _content.PlainLength;

    /// <summary>How many bytes the frames take, and what a seek table lists beside them.</summary>
    public long CompressedLength { get; private set; }

    /// <summary>The zeros behind the last frame, when there are any.</summary>
    public VmaFault? Padding { get; private set; }

    /// <summary>What was wrong when the frames were walked over; what lies behind is in no place that could be told.</summary>
    public VmaFault? Fault { get; private set; }

    public Frame this[int index]
    {
        get
        {
            Content content = _content;
            Place place = content.Places[index];
            return new Frame(place.Offset, place.Length, (int)(content.EndOf(index) - place.Plain), place.Start);
        }
    }

    /// <summary>
    /// What the seek table at the end of a zstd stream tells, as far as it can be right; null when there is none, or it cannot be.
    /// </summary>
    public static FrameTable? FromSeekTable(SeekableInput file, CompressionFormat format)
    {
        using Stream stream = file.ToStream();
        if (format != CompressionFormat.Zstd || SeekTable.TryRead(stream) is not { } frames)
        {
            return null;
        }

        var table = new FrameTable(format);
        long at = 0;
        foreach ((uint compressed, uint plain) in frames)
        {
            if (plain > ZstdScanner.LongestPlain || compressed > ZstdScanner.LongestCompressed)
            {
                return null;
            }

            table.Add(new Frame(at, (int)compressed, (int)plain));
            at += compressed;
        }

        table.CompressedLength = at;
        return table;
    }

    /// <summary>Goes over all frames by their headers; null when one is too long to be decoded for a single read.</summary>
    public static FrameTable? Walk(SeekableInput file, CompressionFormat format, long memory, CancellationToken cancellationToken)
    {
        if (format is not (CompressionFormat.Zstd or CompressionFormat.Lzop))
        {
            return null;
        }

        var table = new FrameTable(format);
        using Stream stream = file.ToStream();
        using IFrameScanner scanner = Decompression.ScannerOf(format, new ForwardInput(stream), memory);
        while (scanner.Next() is { } scan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (scan is not { Long: null, Memory: null })
            {
                return null;
            }

            if (scan.Fault is { } fault)
            {
                table.Fault = Damaged.Fault(format, table.PlainLength, scan.Frame.Offset, fault);
                return table;
            }

            table.Add(scan.Frame);
        }

        table.Padding = scanner.Padding is { } padding ? padding with { Offset = table.PlainLength } : null;
        return table;
    }

    /// <summary>Whether what the table tells of a frame is just that one frame. It takes a read for each of its blocks.</summary>
    public bool IsThere(SeekableInput file, int index)
    {
        Frame told = this[index];
        using Stream stream = file.ToStream();
        stream.Position = told.Offset;
        using IFrameScanner scanner = Decompression.ScannerOf(format, new ForwardInput(stream), memory: 0);
        return scanner.Next() is { Fault: null, Long: null, Frame: var frame } && frame == told with { Offset = 0 };
    }

    /// <summary>
    /// Whether these are the frames that a walk came over until damage ended it: all but the last one are the same, that one begins at the same place, and
    /// damage was met right behind it.
    /// </summary>
    public bool GoesOnBehind(FrameTable walked)
    {
        if (walked.Fault is not { } fault || walked.Count == 0 || walked.Count > Count)
        {
            return false;
        }

        ReadOnlySpan<Place> there = walked._content.Span;
        Place last = there[^1];
        return fault.CompressedOffset == last.Offset + last.Length && _content.Places[there.Length - 1].Offset == last.Offset
            && _content.Span[..(there.Length - 1)].SequenceEqual(there[..^1]);
    }

    public bool Matches(FrameTable other) => _content.Span.SequenceEqual(other._content.Span);

    /// <summary>The frame that holds a plain byte.</summary>
    public int Find(long offset)
    {
        ReadOnlySpan<Place> places = _content.Span;
        int low = 0, high = places.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            (low, high) = places[middle].Plain <= offset ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>Where a frame's plain bytes start.</summary>
    public long StartOf(int index) => _content.Places[index].Plain;

    /// <summary>Where a frame's plain bytes end.</summary>
    public long EndOf(int index) => _content.EndOf(index);

    /// <summary>Takes in the next frame; one without content is left out.</summary>
    public void Add(Frame frame)
    {
        if (frame.PlainLength == 0)
        {
            return;
        }

        Content content = _content;
        Place[] places = content.Places;
        if (content.Count == places.Length)
        {
            Array.Resize(ref places, Math.Max(16, 2 * places.Length));
        }

        places[content.Count] = new Place(frame.Offset, content.PlainLength, frame.Length, frame.Start);
        _content = new Content(places, content.Count + 1, content.PlainLength + frame.PlainLength);
        Wake();
    }

    /// <summary>No more frames come: there are no more, or they cannot be had for a reason that is told to each thread that waits for them.</summary>
    public void Complete(Exception? failure)
    {
        _failure = failure;
        _isComplete = true;
        Wake();
    }

    /// <summary>Whether the plain bytes go up to a place. Where it is not known yet, the caller waits until it is.</summary>
    public bool Reaches(long end)
    {
        if (end > PlainLength && !_isComplete)
        {
            lock (_gate)
            {
                while (end > PlainLength && !_isComplete)
                {
                    Monitor.Wait(_gate);
                }
            }
        }

        if (end > PlainLength && _failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        return end <= PlainLength;
    }

    private void Wake()
    {
        if (isGrowing)
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The frames at one time. More may be in the array behind the count, which another thread writes.</summary>
    private sealed record Content(Place[] Places, int Count, long PlainLength)
    {
        public ReadOnlySpan<Place> Span => Places.AsSpan(0, Count);

        public long EndOf(int index) => index + 1 < Count ? Places[index + 1].Plain : PlainLength;
    }

    /// <summary>A frame, with the place of its plain bytes instead of their number.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Place(long Offset, long Plain, int Length, uint Start);
}
