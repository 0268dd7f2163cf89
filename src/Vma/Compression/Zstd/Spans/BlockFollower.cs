// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Compression.Zstd.Blocks;

namespace Vma.Compression.Zstd.Spans;

/// <summary>
/// Follows the blocks of a frame behind the decoder, cuts them into spans, and writes each span's record. All sequences are followed, since only they tell
/// which bytes of the window are copied later. Not thread-safe: the following thread's.
/// </summary>
internal sealed class BlockFollower(PlainHistory history, ISpanSink sink) : IDisposable
{
    /// <summary>With fewer bytes in front a decoder takes no dictionary.</summary>
    private const int SmallestWindow = 8;

    private const int PackLevel = 1;

    /// <summary>How many bytes a span may have more than plain ones: blocks can be empty.</summary>
    private const int MostAdded = 1 << 20;

    private readonly EntropyState _state = new();
    private readonly WindowMarks _marks = new();
    private readonly ZstdCompressor _compressor = new(PackLevel, inSteps: false);
    private readonly byte[] _tables = new byte[EntropyState.LongestTables];
    private XxHash64 _compressedHash = new();
    private XxHash64 _plainHash = new();
    private SpanStart _start;
    private long _windowLength;
    private long _framePlain;
    private long _offset;
    private int _spanLength;
    private int _spanPlain;

    /// <summary>Begins a frame that is decoded block by block.</summary>
    /// <param name="offset">Where it begins in the compressed archive.</param>
    /// <param name="plain">Where its bytes begin in the history.</param>
    /// <param name="header">Its header.</param>
    /// <param name="windowLength">How far back its sequences may reach.</param>
    /// <param name="spanLength">About how many plain bytes a span has.</param>
    public void BeginFrame(long offset, long plain, ReadOnlySpan<byte> header, long windowLength, int spanLength)
    {
        (_offset, _framePlain, _windowLength, _spanLength) = (offset, plain, windowLength, spanLength);
        _state.Reset();
        BeginSpan(0, tablesLength: 0, headerInFront: header.Length);
        AddBytes(header);
    }

    /// <summary>Follows a block; gives why it cannot be, or null.</summary>
    /// <param name="buffer">The block, with <see cref="SequenceReader.Margin"/> bytes in front.</param>
    /// <param name="plainLength">How many bytes it decoded to.</param>
    public string? Follow(ReadOnlySpan<byte> buffer, int plainLength)
    {
        ReadOnlySpan<byte> block = buffer[SequenceReader.Margin..];
        long position = _start.Plain + _spanPlain;
        bool isLong = _offset - _start.Offset > (long)_spanLength + MostAdded;
        if (isLong && position < SmallestWindow)
        {
            return "a frame begins with too many empty blocks";
        }

        if ((isLong || _spanPlain >= _spanLength) && position >= SmallestWindow)
        {
            EndSpan(checksumBehind: 0, endsFrame: false);
            BeginSpan(position, _state.WriteTables(_tables), headerInFront: 0);
        }

        if (BlockHeader.Read(block).Kind == BlockKind.Compressed && FollowSequences(block[BlockHeader.Length..], position, plainLength) is { } fault)
        {
            return fault;
        }

        AddBytes(block);
        AddPlain(position, plainLength);
        return null;
    }

    /// <summary>Ends the frame, behind its last block and its checksum.</summary>
    public void EndFrame(ReadOnlySpan<byte> checksum)
    {
        AddBytes(checksum);
        EndSpan(checksum.Length, endsFrame: true);
        history.Free(history.Head);
    }

    public void Dispose() => _compressor.Dispose();

    private string? FollowSequences(ReadOnlySpan<byte> content, long position, int plainLength)
    {
        const string NotFollowed = "the blocks of a frame cannot be followed, though they decode";
        if (!_state.TryTake(content, out LiteralsSection literals, out SequencesHeader sequences, out int at))
        {
            return NotFollowed;
        }

        int plain = sequences.Count == 0 ? literals.PlainLength
            : SequenceReader.Follow(content, at, sequences.Count, literals.PlainLength, _state, position, _marks);
        return plain == plainLength ? null : NotFollowed;
    }

    private void AddBytes(ReadOnlySpan<byte> bytes)
    {
        _compressedHash.Append(bytes);
        _offset += bytes.Length;
    }

    private void AddPlain(long position, int length)
    {
        _spanPlain += length;
        for (long at = _framePlain + position; length > 0;)
        {
            ReadOnlySpan<byte> bytes = history.From(at, length);
            _plainHash.Append(bytes);
            (at, length) = (at + bytes.Length, length - bytes.Length);
        }
    }

    private void BeginSpan(long plain, int tablesLength, int headerInFront)
    {
        _start = new SpanStart(_offset, plain, tablesLength, headerInFront, _state.Singles.Packed, _state.Offsets);
        _spanPlain = 0;
        _compressedHash.Reset();
        _plainHash.Reset();
        _marks.Begin(plain, _windowLength);
        history.Free(_framePlain + plain - _marks.Length);
    }

    private void EndSpan(int checksumBehind, bool endsFrame)
    {
        int window = WindowLength();
        int marked = window == 0 ? 0 : MarkedRanges.LengthOf(_marks, window);
        int longest = ZstdCompressor.LongestResult(marked);
        byte[] ranges = ArrayPool<byte>.Shared.Rent(marked + longest);
        try
        {
            int packed = 0;
            if (marked > 0)
            {
                long windowStart = _framePlain + _start.Plain - _marks.Length;
                MarkedRanges.Write(_marks, window, (start, bytes) => history.CopyTo(windowStart + start, bytes), ranges.AsSpan(0, marked));
                packed = _compressor.Compress(ranges.AsSpan(0, marked), 0, ranges.AsSpan(marked, longest));
            }

            var record = new SpanRecord
            {
                IsWhole = false,
                EndsFrame = endsFrame,
                WindowDescriptor = SpanBytes.WindowDescriptorFor(_windowLength),
                HeaderInFront = _start.HeaderInFront,
                ChecksumBehind = checksumBehind,
                Singles = _start.Singles,
                Tables = _tables.AsSpan(0, _start.TablesLength),
                WindowLength = window,
                MarkedLength = marked,
                Packed = ranges.AsSpan(marked, packed),
            };
            Send(record);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(ranges);
        }
    }

    private void Send(in SpanRecord record)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(record.Length);
        record.Write(bytes);
        var span = new ZstdSpan(_start.Offset, (int)(_offset - _start.Offset), _spanPlain, _compressedHash.Value, _plainHash.Value);
        sink.Take(span, bytes.AsSpan(0, record.Length));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>
    /// How far back the span's decoder must see: to the lowest byte that is copied, and as far as the last three offsets reach, since a dictionary with shorter
    /// content is refused.
    /// </summary>
    private int WindowLength()
    {
        if (_start.TablesLength == 0)
        {
            return 0;
        }

        uint furthest = Math.Max(Math.Max(_start.Offsets.First, _start.Offsets.Second), Math.Max(_start.Offsets.Third, SmallestWindow));
        return Math.Max((int)furthest, _marks.Length - _marks.NextMarked(0));
    }

    /// <summary>Where the span begins: compressed, and in the frame's plain bytes; and what the decoder has there.</summary>
    private readonly record struct SpanStart(long Offset, long Plain, int TablesLength, int HeaderInFront, uint Singles, RepeatOffsets Offsets);
}
