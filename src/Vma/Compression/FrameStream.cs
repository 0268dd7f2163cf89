// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Input;
using Vma.Streams;
using Vma.Threads;

namespace Vma.Compression;

/// <summary>
/// The plain bytes of frames, in order: while the caller reads one frame, other threads decode the next ones. Twice as many frames are held ahead as there
/// are processors, since some take ten times as long as others. With three frames on two processors, one processor was idle for a fifth of the time.
/// </summary>
/// <param name="scanner">Finds the frames.</param>
/// <param name="content">Where the scanner puts their bytes.</param>
/// <param name="codec">Decodes them.</param>
/// <param name="damage">Takes faults.</param>
internal sealed class FrameStream(IFrameScanner scanner, FrameContent content, IFrameCodec codec, DamageLog damage) : ForwardStream, IExtentLender
{
    private static readonly int MostAhead = Math.Min(2 * VmaDefaults.Decoders + 1, 9);

    private readonly Queue<FrameInFlight> _ahead = new();
    private readonly WorkerGroup _threads = new(VmaDefaults.Decoders, "vma decode");
    private FrameInFlight? _current;
    private int _taken;
    private long _currentStart;
    private long _position;
    private int _consumed;
    private bool _readAll;
    private VmaFault? _padding;

    /// <summary>Whether the last frame ahead is a long one or a fault: what comes behind is found when the caller goes on behind it.</summary>
    private bool _waits;
    private volatile bool _isClosed;

    public override bool CanRead => true;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = _current is null ? 0 : ReadCurrent(_current, buffer);
            if (read > 0)
            {
                _position += read;
                return read;
            }

            if (!MoveNext())
            {
                return 0;
            }
        }

        return 0;
    }

    public int Exchange(ref ExtentBuffer buffer)
    {
        bool isInside = _current is { } open && (open.Scan.Long is not null || _taken < open.Scan.Frame.PlainLength);
        if (isInside || !MoveNext() || _current is not { } frame || !frame.TryExchange(ref buffer))
        {
            return 0;
        }

        _taken = frame.Scan.Frame.PlainLength;
        _position += _taken;
        return _taken;
    }

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        _threads.Dispose();
        while (_ahead.TryDequeue(out FrameInFlight? frame))
        {
            frame.Release();
        }

        _current?.Release();
        _current = null;
        scanner.Dispose();
        codec.Dispose();
        base.Dispose(disposing);
    }

    private int ReadCurrent(FrameInFlight frame, Span<byte> buffer)
    {
        if (frame.Scan.Long is not { } content)
        {
            int length = Math.Min(buffer.Length, frame.Scan.Frame.PlainLength - _taken);
            frame.Plain.Slice(_taken, length).CopyTo(buffer);
            _taken += length;
            return length;
        }

        int read = content.Read(buffer, out string? fault);
        if (read == 0 && fault is not null)
        {
            // The decoder notices damage late, at the latest by the checksum behind the last byte.
            string unsure = _position == _currentStart ? string.Empty
                : $"; the bytes {_currentStart} to {_position - 1}, which came of this frame, may be wrong";
            Report(frame, fault + unsure);
        }

        return read;
    }

    /// <summary>Makes the next frame the current one; false at the end.</summary>
    private bool MoveNext()
    {
        _waits &= _current?.Scan is null or { Fault: null, Long: null };
        _current?.Release();
        _current = null;
        LookAhead();
        if (!_ahead.TryDequeue(out FrameInFlight? frame))
        {
            if (_padding is not null)
            {
                damage.Report(_padding with { Offset = _position });
                _padding = null;
            }

            return false;
        }

        frame.Complete();
        _consumed++;
        _current = frame;
        _currentStart = _position;
        _taken = 0;
        if (frame.Fault is { } fault)
        {
            Report(frame, fault);
            frame.DecodeUnchecked();
            damage.MarkUnreadable(_position, frame.Scan.Frame.PlainLength);
        }

        return true;
    }

    /// <summary>Starts slowly: a caller that wants only the header does not pay for more than the first frame.</summary>
    private void LookAhead()
    {
        int wanted = Math.Min(MostAhead, _consumed + 1);
        while (!_readAll && !_waits && _ahead.Count < wanted)
        {
            if (scanner.Next() is not { } scan)
            {
                _readAll = true;
                _padding = scanner.Padding;
                return;
            }

            var frame = new FrameInFlight(scan, content, codec);
            _ahead.Enqueue(frame);
            if (scan is not { Fault: null, Long: null })
            {
                _waits = true;
                return;
            }

            if (wanted > 1)
            {
                _threads.Add(() => DecodeAhead(frame));
            }
        }
    }

    private void DecodeAhead(FrameInFlight frame)
    {
        if (!_isClosed)
        {
            frame.DecodeAhead();
        }
    }

    private void Report(FrameInFlight frame, string fault)
    {
        long offset = frame.Scan.Frame.Offset;
        if (frame.Scan.Memory is not { } memory)
        {
            damage.Report(Damaged.Fault(codec.Format, _position, offset, fault));
            return;
        }

        var needed = new VmaFault(VmaFaultCode.NeedsMemory, _position, fault) { CompressedOffset = offset, MemoryNeeded = memory };
        if (_position == 0)
        {
            throw new VmaException(needed); // nothing of the archive can be read, and it is not damaged
        }

        damage.Report(needed);
    }
}
