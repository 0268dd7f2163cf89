// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Vma.Cli.Archives;
using Vma.Cli.Disks;

namespace Vma.Cli.Cat;

/// <summary>What <c>cat</c> is asked for; without a length, all up to the disk's end.</summary>
internal sealed record CatRequest(string File, SeekableRequest Access, string Disk, long Start, long? Length);

/// <summary>Writes a disk to standard output.</summary>
internal static class CatRun
{
    private const int BufferLength = 256 << 10;
    private const int Buffers = 8;

    public static int Execute(CommandContext context, CatRequest request)
    {
        using VmaArchive archive = SeekableArchive.Open(request.File, request.Access, context);
        var source = NamedSource.Open(archive, DeviceNames.Single(archive.Manifest, request.File, request.Disk), request.File);
        CommandException.UsageIf(request.Start > source.Length, $"--offset {request.Start} is behind the disk's end; it has {source.Length} bytes");

        long rest = source.Length - request.Start;
        Copy(source, request.Start, request.Start + Math.Min(request.Length ?? rest, rest), context.Terminal.Flush);
        return ExitCode.Done;
    }

    /// <summary>Another thread reads on while this one writes what that has read.</summary>
    private static void Copy(NamedSource source, long start, long end, Action<ReadOnlySpan<byte>> write)
    {
        using var free = new BlockingCollection<byte[]>();
        using var ready = new BlockingCollection<Filled>();
        for (int i = 0; i < Buffers; i++)
        {
            free.Add(new byte[BufferLength]);
        }

        Task reading = Task.Factory.StartNew(
            () => Read(source, start, end, free, ready), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var zeroes = new byte[BufferLength];
            foreach (Filled filled in ready.GetConsumingEnumerable())
            {
                write((filled.IsZero ? zeroes : filled.Buffer).AsSpan(0, filled.Length));
                free.Add(filled.Buffer);
            }
        }
        finally
        {
            // The archive is closed next, which must not happen during a read.
            free.CompleteAdding();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        }

        reading.GetAwaiter().GetResult();
    }

    private static void Read(NamedSource source, long start, long end, BlockingCollection<byte[]> free, BlockingCollection<Filled> ready)
    {
        try
        {
            for (long at = start; at < end && free.TryTake(out byte[]? buffer, Timeout.Infinite);)
            {
                int length = (int)Math.Min(BufferLength, end - at);
                bool isZero = source.StatusAt(at) is { ReadsAsZeroes: true, Length: var zero } && zero >= length;
                if (!isZero)
                {
                    source.ReadAt(at, buffer.AsSpan(0, length));
                }

                ready.Add(new Filled(buffer, length, isZero));
                at += length;
            }
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    /// <summary>A buffer that was read. When the disk has zeros there, its bytes are left as they were.</summary>
    private readonly record struct Filled(byte[] Buffer, int Length, bool IsZero);
}
