// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Console;

namespace Vma.Cli.Cat;

internal static class CatCommand
{
    private const int PieceLength = 256 << 10;
    private const int Pieces = 8;

    public static Command Build(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The archive." };
        var disk = new Argument<string>("DISK") { Description = "The device's name, scsi0 for drive-scsi0, or dev_id:N." };
        var offset = new Option<string>("--offset") { Description = "Where to begin on the disk, in bytes, with K, M, G or T for powers of 1024; 0 when left out.", HelpName = "BYTES" };
        var length = new Option<string>("--length") { Description = "How many bytes to write; all up to the disk's end when left out.", HelpName = "BYTES" };
        var anyPlace = new AnyPlace(context);
        var command = new Command("cat", "Write a disk, or a part of it, to standard output.") { file, disk, offset, length };
        anyPlace.AddTo(command);
        command.SetAction(parsed =>
        {
            if (context.Terminal.OutputIsTerminal)
            {
                throw CommandException.Usage("a disk does not go to a terminal; send standard output to a file or a command");
            }

            string path = parsed.GetRequiredValue(file);
            using VmaArchive archive = anyPlace.Open(path, parsed);
            NamedDisk source = NamedDisk.Open(archive, AnyPlace.DeviceOf(archive, path, parsed.GetRequiredValue(disk)), path);
            (long start, long count) = RangeOf(parsed.GetValue(offset), parsed.GetValue(length), source.Length);
            Copy(context.Terminal, source, start, start + count);
            return ExitCode.Done;
        });
        return command;
    }

    private static (long Start, long Count) RangeOf(string? offset, string? length, long size)
    {
        long start = offset is null ? 0 : Parse("--offset", offset);
        if (start > size)
        {
            throw CommandException.Usage($"--offset {start} is behind the disk's end; it has {size} bytes");
        }

        return (start, length is null ? size - start : Math.Min(Parse("--length", length), size - start));
    }

    private static long Parse(string option, string text) =>
        text == "0" ? 0 : SizeText.Parse(text) ?? throw CommandException.Usage($"{option} '{EscapedText.Of(text)}' is no number of bytes");

    /// <summary>Reads on in a thread of its own while what came is written.</summary>
    private static void Copy(Terminal terminal, NamedDisk source, long start, long end)
    {
        using var free = new BlockingCollection<byte[]>();
        using var ready = new BlockingCollection<Piece>();
        for (int i = 0; i < Pieces; i++)
        {
            free.Add(new byte[PieceLength]);
        }

        Task reading = Task.Factory.StartNew(() => Read(source, start, end, free, ready), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var zeroes = new byte[PieceLength];
            foreach (Piece piece in ready.GetConsumingEnumerable())
            {
                terminal.Flush((piece.IsZero ? zeroes : piece.Memory).AsSpan(0, piece.Length));
                free.Add(piece.Memory);
            }
        }
        finally
        {
            // The archive is closed next, and that must not be under a read.
            free.CompleteAdding();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        }

        reading.GetAwaiter().GetResult();
    }

    private static void Read(NamedDisk source, long start, long end, BlockingCollection<byte[]> free, BlockingCollection<Piece> ready)
    {
        try
        {
            for (long at = start; at < end && free.TryTake(out byte[]? memory, Timeout.Infinite);)
            {
                int length = (int)Math.Min(PieceLength, end - at);
                bool isZero = source.StatusAt(at) is { ReadsAsZeroes: true, Length: var zero } && zero >= length;
                if (!isZero)
                {
                    source.ReadAt(at, memory.AsSpan(0, length));
                }

                ready.Add(new Piece(memory, length, isZero));
                at += length;
            }
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    /// <summary>Zeros are not written into memory first.</summary>
    private readonly record struct Piece(byte[] Memory, int Length, bool IsZero);
}
