// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Compression;
using Vma.Compression.Formats;
using Vma.Input;

namespace Vma.Indexing.Cache;

/// <summary>
/// The plain bytes of a compressed archive, whose frames are decoded when a caller asks for them. Thread-safe. These are the rules of its cache:
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>
/// The cache keeps the frames that were used last, in <see cref="VmaArchiveOptions.CacheBytes"/>. A frame in use counts, and stays even beyond that.
/// </item>
/// <item>
/// A frame of which callers have taken as many bytes as it has is forgotten. So a caller that reads forward works in memory that is in the processor's cache.
/// </item>
/// <item>The lock is held only to look a frame up. The first thread that comes decodes it; when decoding throws, the next thread tries again.</item>
/// <item>
/// No more frames are decoded at once than <see cref="VmaArchiveOptions.Parallelism"/> says, and one thread less than that decodes ahead: a reading thread
/// whose frame another thread decodes just now takes the frame that is wanted next. With one thread more a core was idle for a quarter of the time, since
/// the system does not move a waiting thread to an idle core at once.
/// </item>
/// <item>Frames are decoded ahead only for a caller that reads forward, and about as many bytes as it has read so far; see <see cref="DecodeAhead"/>.</item>
/// <item>
/// Frames that were decoded ahead take half of the memory at most, and leave room for two frames in use. One of them is forgotten for others only when no
/// caller asked for it while 256 other frames were entered.
/// </item>
/// <item>The memory comes from a pool of the cache's own, see <see cref="FrameCache.Memory"/>. Memory in use is never given back to it.</item>
/// </list>
/// </remarks>
internal sealed class DecodedInput : RandomInput
{
    /// <summary>How many frames are decoded ahead for each decoding thread: some frames take ten times as long as others.</summary>
    private const int AheadOfEach = 4;

    private readonly IFrameCodec _codec;
    private readonly FrameCache _cache;
    private readonly DecodeAhead _ahead;
    private volatile bool _readerChecks;

    /// <param name="file">The compressed archive.</param>
    /// <param name="table">Where its frames are.</param>
    /// <param name="codec">Decodes them; is disposed of with the input.</param>
    /// <param name="options">How much is kept, and by how many threads it is decoded.</param>
    public DecodedInput(SeekableInput file, FrameTable table, IFrameCodec codec, VmaArchiveOptions options)
    {
        File = file;
        Table = table;
        _codec = codec;
        _cache = new FrameCache(options.CacheBytes, Decode, options.Parallelism);
        _ahead = new DecodeAhead(table, _cache, options.Parallelism == 1 ? 0 : AheadOfEach * options.Parallelism);
        Parallelism = options.Parallelism;
    }

    public SeekableInput File { get; }

    public FrameTable Table { get; }

    public override long Length => Table.PlainLength;

    public override bool Reaches(long end) => Table.Reaches(end);

    public override bool IsDecoded => true;

    public override int Parallelism { get; }

    public override void ReadAt(long offset, Span<byte> buffer)
    {
        CheckEnd(offset, buffer.Length);
        _ahead.Ask(offset, buffer.Length);
        Read(offset, buffer);
    }

    public override void ReadHeader(long offset, Span<byte> buffer)
    {
        CheckEnd(offset, buffer.Length);
        _ahead.AskHeader(Table.Find(offset));
        Read(offset, buffer);
    }

    public override long EndOfDamage(long offset) => Table.EndOf(Table.Find(offset));

    /// <summary>The first bytes of a frame, without decoding more of it than that takes; fewer when they cannot be had.</summary>
    public int ReadStart(int index, Span<byte> buffer)
    {
        // How many compressed bytes hold a first block: one with the start alone, as our own frames have, and any other one.
        const int ShortBlock = 2 << 10, LongestBlock = 160 << 10;
        Span<byte> start = buffer[..Math.Min(buffer.Length, Table[index].PlainLength)];
        if (_cache.Contains(index))
        {
            ReadFrame(index, 0, start);
            return start.Length;
        }

        int done = DecodeStart(index, ShortBlock, start);
        return done == start.Length ? done : DecodeStart(index, LongestBlock, start);
    }

    public override void Dispose()
    {
        _cache.Dispose();
        _codec.Dispose();
        base.Dispose();
    }

    public override void LeaveChecksToReader() => _readerChecks = true;

    public override VmaFault? FaultAt(long offset)
    {
        int index = Table.Find(offset);
        return Decode(index, new byte[Table[index].PlainLength], readerChecks: false) is { } fault ? FaultOf(index, fault) : null;
    }

    private int DecodeStart(int index, int longest, Span<byte> start)
    {
        Frame frame = Table[index];
        byte[] compressed = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            Span<byte> there = compressed.AsSpan(0, Math.Min(frame.Length, longest));
            File.ReadAt(frame.Offset, there);
            return _codec.DecodeStart(frame, there, start);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private void CheckEnd(long offset, int length)
    {
        if (!Reaches(offset + length))
        {
            throw new EndOfStreamException($"the archive ends at byte {Length}");
        }
    }

    private void Read(long offset, Span<byte> buffer)
    {
        for (int index = Table.Find(offset); !buffer.IsEmpty; index++)
        {
            int count = (int)Math.Min(Table.EndOf(index) - offset, buffer.Length);
            ReadFrame(index, (int)(offset - Table.StartOf(index)), buffer[..count]);
            offset += count;
            buffer = buffer[count..];
        }
    }

    private void ReadFrame(int index, int start, Span<byte> buffer)
    {
        string? fault = TryReadFrame(index, start, buffer);
        if (fault is not null && _readerChecks)
        {
            // It may have been decoded when checks were not yet left to the reader.
            _cache.Forget(index);
            fault = TryReadFrame(index, start, buffer);
        }

        if (fault is not null)
        {
            throw new VmaException(FaultOf(index, fault));
        }
    }

    private string? TryReadFrame(int index, int start, Span<byte> buffer)
    {
        using FrameCache.Lease lease = _cache.Take(index, Table[index].PlainLength);
        if (lease.Fault is null)
        {
            lease.CopyTo(start, buffer);
        }

        return lease.Fault;
    }

    private VmaFault FaultOf(int index, string fault) => Damaged.Fault(Table.Format, Table.StartOf(index), Table[index].Offset, fault);

    private string? Decode(int index, byte[] plain) => Decode(index, plain, _readerChecks);

    private string? Decode(int index, byte[] plain, bool readerChecks)
    {
        Frame frame = Table[index];
        byte[] rented = _cache.Memory.Rent(frame.Length);
        try
        {
            Span<byte> compressed = rented.AsSpan(0, frame.Length);
            Span<byte> content = plain.AsSpan(0, frame.PlainLength);
            File.ReadAt(frame.Offset, compressed);
            return readerChecks ? _codec.DecodeUnchecked(frame, compressed, content) : _codec.Decode(frame, compressed, content);
        }
        finally
        {
            _cache.Memory.Return(rented);
        }
    }
}
