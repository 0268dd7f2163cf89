// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Nbd.Client;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

public sealed partial class NbdClient
{
    private const int LongestStatus = 1 << 30;
    private const int LongestZeroes = 128 << 20;
    private const int ZeroesLength = 256 << 10;

    private static readonly byte[] Zeroes = new byte[ZeroesLength];

    private readonly Lock _edges = new();
    private volatile bool _zeroesRefused;

    /// <inheritdoc/>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        CheckRange(offset, buffer.Length);
        while (buffer.Length > 0)
        {
            int length = Math.Min(buffer.Length, _largest);
            int misplaced = (int)(offset % _export.MinimumBlock);
            if (IsWhole(offset, length))
            {
                Read(offset, buffer[..length], cancellationToken);
            }
            else
            {
                length = ReadAround(offset, buffer, misplaced, cancellationToken);
            }

            offset += length;
            buffer = buffer[length..];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        CheckRange(offset, 0);
        if (!_status.ContainsKey(Protocol.AllocationContext))
        {
            return new BlockStatus(Length - offset, ReadsAsZeroes: false);
        }

        NbdExtent extent = StatusAt(Protocol.AllocationContext, offset, cancellationToken);
        return new BlockStatus(extent.Length, (extent.Flags & Protocol.ReadsAsZeroes) != 0);
    }

    /// <summary>What a metadata context says of the bytes from <paramref name="offset"/> on, which lies inside the disk.</summary>
    /// <exception cref="ArgumentException">The context is none of <see cref="MetaContexts"/>.</exception>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public NbdExtent StatusAt(string context, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        CheckRange(offset, 0);
        ArgumentOutOfRangeException.ThrowIfEqual(offset, Length);
        if (!_status.TryGetValue(context, out StatusCache? cache))
        {
            throw new ArgumentException($"The server did not agree to '{context}'.", nameof(context));
        }

        if (cache.TryGet(offset, out NbdExtent extent))
        {
            return extent;
        }

        long generation = cache.Generation, start = offset - (offset % _export.MinimumBlock);
        List<(uint Length, uint Flags)> extents = [];
        uint length = (uint)Math.Min(Length - start, LongestStatus);
        Retry(new Request(Command.BlockStatus, CommandFlags.None, 0, (ulong)start, length), default, context, extents, cancellationToken);
        StatusCache answer = new();
        answer.Set(start, Length, extents, 0);
        cache.Set(start, Length, extents, generation);
        return answer.TryGet(offset, out extent) ? extent : throw new NbdException($"the NBD server says nothing of the byte at {offset}");
    }

    /// <inheritdoc/>
    /// <exception cref="NbdException">The export cannot be written, the server answered with an error, or the connection broke.</exception>
    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        CheckWrite(offset, data.Length);
        while (data.Length > 0)
        {
            int length = (int)Part(offset, data.Length, _largest), misplaced = (int)(offset % _export.MinimumBlock);
            if (IsWhole(offset, length))
            {
                Write(new Request(Command.Write, CommandFlags.None, 0, (ulong)offset, (uint)length), data[..length], cancellationToken);
            }
            else
            {
                Change(offset - misplaced, misplaced, data[..length], cancellationToken);
            }

            offset += length;
            data = data[length..];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NbdException">The export cannot be written, the server answered with an error, or the connection broke.</exception>
    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default)
    {
        CheckWrite(offset, length);
        while (length > 0)
        {
            long part = Part(offset, length, LongestZeroes);
            if (!IsWhole(offset, part) || !TryWriteZeroes(offset, (uint)part, cancellationToken))
            {
                part = Math.Min(part, ZeroesLength);
                WriteAt(offset, Zeroes.AsSpan(0, (int)part), cancellationToken);
            }

            offset += part;
            length -= part;
        }
    }

    /// <summary>Returns when everything written before is durable; at once where the server has no such request.</summary>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public void Flush(CancellationToken cancellationToken = default)
    {
        if (_export.Has(TransmissionFlags.SendFlush) && !IsReadOnly)
        {
            Link(cancellationToken).Ask(new Request(Command.Flush, CommandFlags.None, 0, 0, 0), default, default, 0, null, cancellationToken);
        }
    }

    /// <summary>
    /// Says that a range is not needed, so that its place may be freed; what it reads as then is not known. Does nothing where the server has
    /// no such request, and for parts of the server's smallest block.
    /// </summary>
    /// <exception cref="NbdException">The export cannot be written, the server answered with an error, or the connection broke.</exception>
    public void Trim(long offset, long length, CancellationToken cancellationToken = default)
    {
        CheckWrite(offset, length);
        long block = _export.MinimumBlock, end = EndsOnBlock(offset + length) ? offset + length : offset + length - ((offset + length) % block);
        offset += (block - (offset % block)) % block;
        while (_export.Has(TransmissionFlags.SendTrim) && offset < end)
        {
            long part = Math.Min(end - offset, LongestZeroes);
            Write(new Request(Command.Trim, CommandFlags.None, 0, (ulong)offset, (uint)part), default, cancellationToken);
            offset += part;
        }
    }

    private void Read(long offset, Span<byte> buffer, CancellationToken cancellationToken) =>
        Retry(new Request(Command.Read, CommandFlags.None, 0, (ulong)offset, (uint)buffer.Length), buffer, null, null, cancellationToken);

    /// <summary>Reads whole blocks around what is wanted, and copies that out of them; returns how much.</summary>
    private int ReadAround(long offset, Span<byte> buffer, int misplaced, CancellationToken cancellationToken)
    {
        long start = offset - misplaced, blocks = misplaced + (long)buffer.Length + _export.MinimumBlock - 1;
        int wanted = (int)Math.Min(Math.Min(blocks - (blocks % _export.MinimumBlock), _largest), Length - start);
        byte[] around = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            Read(start, around.AsSpan(0, wanted), cancellationToken);
            int length = Math.Min(buffer.Length, wanted - misplaced);
            around.AsSpan(misplaced, length).CopyTo(buffer);
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(around);
        }
    }

    /// <summary>Writes into a block at <paramref name="start"/> and leaves the rest of it. One at a time: another may have the rest.</summary>
    private void Change(long start, int misplaced, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        int length = (int)Math.Min(_export.MinimumBlock, Length - start);
        byte[] block = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            lock (_edges)
            {
                Read(start, block.AsSpan(0, length), cancellationToken);
                data.CopyTo(block.AsSpan(misplaced));
                Write(new Request(Command.Write, CommandFlags.None, 0, (ulong)start, (uint)length), block.AsSpan(0, length), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>False when the server does not take such requests.</summary>
    private bool TryWriteZeroes(long offset, uint length, CancellationToken cancellationToken)
    {
        if (_zeroesRefused || !_export.Has(TransmissionFlags.SendWriteZeroes))
        {
            return false;
        }

        try
        {
            Write(new Request(Command.WriteZeroes, CommandFlags.None, 0, (ulong)offset, length), default, cancellationToken);
            return true;
        }
        catch (NbdException fault) when (fault.Error is NbdError.NotSupported)
        {
            _zeroesRefused = true;
            return false;
        }
    }

    private void Write(in Request request, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            Link(cancellationToken).Ask(request, default, data, 0, null, cancellationToken);
        }
        finally
        {
            foreach (StatusCache cache in _status.Values)
            {
                cache.Clear();
            }
        }
    }

    /// <summary>How much of a range to write next: whole blocks of the server, or what lies in one of them.</summary>
    private long Part(long offset, long length, long limit)
    {
        long block = _export.MinimumBlock, misplaced = offset % block, part = Math.Min(length, limit);
        return misplaced > 0 ? Math.Min(part, block - misplaced) : EndsOnBlock(offset + part) || part < block ? part : part - (part % block);
    }

    private bool IsWhole(long offset, long length) => offset % _export.MinimumBlock == 0 && EndsOnBlock(offset + length);

    private bool EndsOnBlock(long end) => end == Length || end % _export.MinimumBlock == 0;

    private void CheckWrite(long offset, long length)
    {
        if (IsReadOnly)
        {
            throw new NbdException($"the NBD export '{ExportName}' is only read", NbdError.NotPermitted);
        }

        CheckRange(offset, length);
    }

    private void CheckRange(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (offset > Length - length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The range is behind the end of the disk.");
        }
    }
}
