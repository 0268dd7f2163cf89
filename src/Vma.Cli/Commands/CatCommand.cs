// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;

namespace Vma.Cli.Commands;

internal static class CatCommand
{
    private const int PieceLength = 1 << 20;

    public static Command Build(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The archive." };
        var disk = new Argument<string>("DISK") { Description = "The device's name, or dev_id:N." };
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
            VmaDisk source = archive.OpenDisk(AnyPlace.DeviceOf(archive, path, parsed.GetRequiredValue(disk)));
            (long start, long count) = RangeOf(parsed.GetValue(offset), parsed.GetValue(length), source.Length);
            return ArchiveFile.Located(path, () => Copy(context, path, source, start, count));
        });
        return command;
    }

    private static (long Start, long Count) RangeOf(string? offset, string? length, long size)
    {
        long start = offset is null ? 0 : Parse("--offset", offset);
        if (start > size)
        {
            throw CommandException.Usage(string.Create(CultureInfo.InvariantCulture, $"--offset {start} is behind the disk's end; it has {size} bytes"));
        }

        return (start, length is null ? size - start : Math.Min(Parse("--length", length), size - start));
    }

    private static long Parse(string option, string text) =>
        text == "0" ? 0 : SizeText.Parse(text) ?? throw CommandException.Usage($"{option} '{ArchiveFile.Escape(text)}' is no number of bytes");

    /// <summary>Reads the next piece while the last one is written.</summary>
    private static int Copy(CommandContext context, string path, VmaDisk source, long start, long count)
    {
        byte[] next = new byte[PieceLength], ready = new byte[PieceLength];
        Task<int>? reading = null;
        for (long at = start, end = start + count; at < end || reading is not null;)
        {
            int length = reading is null ? 0 : reading.GetAwaiter().GetResult();
            (next, ready) = (ready, next);
            reading = null;
            if (at < end)
            {
                long from = at;
                int wanted = (int)Math.Min(PieceLength, end - at);
                byte[] into = next;
                reading = Task.Run(() => Read(path, source, from, into.AsSpan(0, wanted)));
                at += wanted;
            }

            context.Terminal.Write(ready.AsSpan(0, length));
            context.Terminal.Flush();
        }

        return ExitCode.Done;
    }

    private static int Read(string path, VmaDisk source, long offset, Span<byte> piece)
    {
        try
        {
            source.ReadAt(offset, piece);
            return piece.Length;
        }
        catch (IOException failure)
        {
            throw CommandException.Failed($"cannot read '{ArchiveFile.DisplayName(path)}': {Reason.Of(failure)}", failure);
        }
    }
}
