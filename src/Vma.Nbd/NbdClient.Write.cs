// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Nbd.Client;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <content>Writing.</content>
public sealed partial class NbdClient
{
    private const int LongestZeroes = 128 << 20;
    private const int ZeroesLength = 256 << 10;

    private static readonly byte[] Zeroes = new byte[ZeroesLength];

    private readonly Lock _changingBlock = new();
    private volatile bool _zeroesRefused;

    /// <inheritdoc/>
    /// <exception cref="NbdException">The export cannot be written, the server answered with an error, or the connection broke.</exception>
    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        CheckWrite(offset, data.Length);
        while (data.Length > 0)
        {
            int length = (int)NextLength(offset, data.Length, _export.MaximumRequest), misplaced = (int)(offset % _export.MinimumBlock);
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
            long next = NextLength(offset, length, LongestZeroes);
            if (!IsWhole(offset, next) || !TryWriteZeroes(offset, (uint)next, cancellationToken))
            {
                next = Math.Min(next, ZeroesLength);
                WriteAt(offset, Zeroes.AsSpan(0, (int)next), cancellationToken);
            }

            offset += next;
            length -= next;
        }
    }

    /// <summary>Returns when everything written before is durable; at once where the server has no such request.</summary>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public void Flush(CancellationToken cancellationToken = default)
    {
        if (_export.Has(TransmissionFlags.SendFlush) && !IsReadOnly)
        {
            _links.AskOnce(new Request(Command.Flush, CommandFlags.None, 0, 0, 0), default, cancellationToken);
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
            long next = Math.Min(end - offset, LongestZeroes);
            Write(new Request(Command.Trim, CommandFlags.None, 0, (ulong)offset, (uint)next), default, cancellationToken);
            offset += next;
        }
    }

    /// <summary>Writes into a block at <paramref name="start"/> and leaves the rest of it. One at a time: another may have the rest.</summary>
    private void Change(long start, int misplaced, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        int length = (int)Math.Min(_export.MinimumBlock, Length - start);
        byte[] block = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            lock (_changingBlock)
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
        catch (NbdException failure) when (failure.Error is NbdError.NotSupported)
        {
            _zeroesRefused = true;
            return false;
        }
    }

    private void Write(in Request request, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            _links.AskOnce(request, data, cancellationToken);
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
    private long NextLength(long offset, long length, long limit)
    {
        long block = _export.MinimumBlock, misplaced = offset % block, next = Math.Min(length, limit);
        return misplaced > 0 ? Math.Min(next, block - misplaced) : EndsOnBlock(offset + next) || next < block ? next : next - (next % block);
    }

    private void CheckWrite(long offset, long length)
    {
        if (IsReadOnly)
        {
            throw new NbdException($"the NBD export '{ExportName}' is only read", NbdError.NotPermitted);
        }

        CheckRange(offset, length);
    }
}
