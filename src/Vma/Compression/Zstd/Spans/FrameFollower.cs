// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Compression.Zstd.Blocks;
using Vma.Threads;

namespace Vma.Compression.Zstd.Spans;

/// <summary>
/// Takes what the decoder of a stream reads and makes, and has another thread follow it, so that the pass takes hardly longer than decoding. The calling thread
/// waits when the following one is too far behind.
/// </summary>
internal sealed class FrameFollower(ISpanSink sink, long mostWindow, int? spanLength = null) : ILongFrameFollower, IDisposable
{
    /// <summary>Spans of so many bytes decode in a few milliseconds; with wider windows shorter ones would make the index large.</summary>
    private const int SpanLength = 4 << 20, WideSpanLength = 8 << 20, WidestSpanLength = 16 << 20;

    /// <summary>How many plain bytes the decoder may be ahead.</summary>
    private const int Lead = 4 << 20;

    private const int MostBlocks = 128;

    private readonly PlainHistory _history = new();
    private readonly WorkerGroup _thread = new(1, "vma index");
    private BlockFollower? _follower;
    private int _plainLength;
    private volatile string? _fault;

    /// <summary>Why the spans cannot be told from some place on, or null.</summary>
    public string? Fault => _fault;

    public void BeginFrame(long offset, ReadOnlySpan<byte> headerBytes, ZstdFrameHeader header)
    {
        _thread.WaitFor(0);
        _plainLength = 0;
        if (header.HasDictionary)
        {
            _fault ??= "a frame needs a dictionary";
        }
        else if (header.WindowSize > (ulong)mostWindow)
        {
            _fault ??= $"a frame's window of {header.WindowSize} bytes is larger than {mostWindow}";
        }

        if (_fault is not null)
        {
            return;
        }

        int span = spanLength ?? SpanLengthFor((long)header.WindowSize);
        _history.Restart((int)header.WindowSize + span + Lead + 2 * BlockHeader.LongestPlain);
        _follower ??= new BlockFollower(_history, sink);
        _follower.BeginFrame(offset, _history.Head, headerBytes, (long)header.WindowSize, span);
    }

    public void OnPlain(ReadOnlySpan<byte> plain)
    {
        if (_fault is not null)
        {
            return;
        }

        for (int left = MostBlocks; _history.Room < plain.Length; left /= 2)
        {
            _thread.WaitFor(left);
            if (_fault is not null)
            {
                // What is not followed gives no room free.
                return;
            }
        }

        _history.Write(plain);
        _plainLength += plain.Length;
    }

    public void OnBlock(ReadOnlySpan<byte> block)
    {
        int plainLength = _plainLength;
        _plainLength = 0;
        if (_fault is not null)
        {
            return;
        }

        int length = SequenceReader.Margin + block.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        block.CopyTo(buffer.AsSpan(SequenceReader.Margin));
        _thread.WaitFor(MostBlocks);
        _thread.Add(() => Follow(buffer, length, plainLength));
    }

    public void EndFrame(ReadOnlySpan<byte> checksum)
    {
        _thread.WaitFor(0);
        if (_fault is null)
        {
            try
            {
                _follower!.EndFrame(checksum);
            }
            catch (IOException failure)
            {
                LoseIndex(failure);
            }
        }
    }

    public void OnShortFrame(in Frame frame, ReadOnlySpan<byte> bytes)
    {
        _thread.WaitFor(0);
        if (_fault is null && frame.PlainLength > 0)
        {
            Span<byte> record = stackalloc byte[SpanRecord.HeaderLength];
            new SpanRecord { IsWhole = true }.Write(record);
            try
            {
                sink.Take(new ZstdSpan(frame.Offset, frame.Length, frame.PlainLength, XxHash64.Compute(bytes), 0), record);
            }
            catch (IOException failure)
            {
                LoseIndex(failure);
            }
        }
    }

    public void LoseFrame(string fault) => _fault ??= fault;

    /// <summary>The index cannot be written, and the archive can still be read.</summary>
    public void LoseIndex(IOException failure) => LoseFrame($"the archive's index cannot be written: {failure.Message}");

    public void Dispose()
    {
        _thread.Dispose();
        _follower?.Dispose();
    }

    private static int SpanLengthFor(long window) => window <= SpanLength ? SpanLength : window <= 2 * WideSpanLength ? WideSpanLength : WidestSpanLength;

    private void Follow(byte[] buffer, int length, int plainLength)
    {
        try
        {
            // Only a fault is written: the decoding thread may tell one at the same time, and must not lose it.
            if (_fault is null && _follower!.Follow(buffer.AsSpan(0, length), plainLength) is { } fault)
            {
                _fault = fault;
            }
        }
        catch (IOException failure)
        {
            LoseIndex(failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
