// SPDX-License-Identifier: MIT

using System.Buffers;
using Vma.Nbd.Client;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <content>Reading, and what is known without it.</content>
public sealed partial class NbdClient
{
    private const int LongestStatus = 1 << 30;

    /// <inheritdoc/>
    /// <exception cref="NbdException">The server answered with an error, or the connection broke.</exception>
    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        CheckRange(offset, buffer.Length);
        while (buffer.Length > 0)
        {
            int length = Math.Min(buffer.Length, _export.MaximumRequest);
            if (IsWhole(offset, length))
            {
                Read(offset, buffer[..length], cancellationToken);
            }
            else
            {
                length = ReadAround(offset, buffer, cancellationToken);
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
        List<NbdExtent> extents = [];
        uint length = (uint)Math.Min(Length - start, LongestStatus);
        _links.Ask(new Request(Command.BlockStatus, CommandFlags.None, 0, (ulong)start, length), default, context, extents, cancellationToken);
        var answer = new StatusCache();
        answer.Set(start, Length, extents, 0);
        cache.Set(start, Length, extents, generation);
        return answer.TryGet(offset, out extent) ? extent : throw new NbdException($"the NBD server says nothing of the byte at {offset}");
    }

    private void Read(long offset, Span<byte> buffer, CancellationToken cancellationToken) =>
        _links.Ask(new Request(Command.Read, CommandFlags.None, 0, (ulong)offset, (uint)buffer.Length), buffer, null, null, cancellationToken);

    /// <summary>Reads whole blocks around what is wanted, and copies that out of them; returns how much.</summary>
    private int ReadAround(long offset, Span<byte> buffer, CancellationToken cancellationToken)
    {
        int misplaced = (int)(offset % _export.MinimumBlock);
        long start = offset - misplaced, blocks = misplaced + (long)buffer.Length + _export.MinimumBlock - 1;
        int wanted = (int)Math.Min(Math.Min(blocks - (blocks % _export.MinimumBlock), _export.MaximumRequest), Length - start);
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
}
