// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>How an archive is opened that a command reads at any place.</summary>
/// <param name="Copy">Whether one in gzip or bzip2 is copied once to the user's cache.</param>
/// <param name="VerifyData">Whether data is compared with its checksums.</param>
/// <param name="Memory">How much memory a zstd frame's window may take, in bytes.</param>
/// <param name="KeepIndex">Whether the index of one that is one zstd frame is kept in the user's cache.</param>
internal sealed record SeekableRequest(bool Copy, bool VerifyData, long Memory, bool KeepIndex);

/// <summary>Opens archives that a command reads at any place.</summary>
internal static class SeekableArchive
{
    /// <summary>Opens an archive; what is wrong with it is told with its name.</summary>
    public static VmaArchive Open(string path, SeekableRequest request, CommandContext context)
    {
        string name = ArchiveFile.DisplayName(path);
        var options = new VmaArchiveOptions
        {
            VerifyData = request.VerifyData,
            DecoderMemory = request.Memory,
            IndexDirectory = request.KeepIndex ? VmaArchiveOptions.DefaultCacheDirectory : null,
            SidecarDirectory = request.Copy ? VmaArchiveOptions.DefaultCacheDirectory : null,
        };
        var progress = new OpeningProgress(new ProgressDisplay(context.Terminal, $"opening {name}", line: null));
        try
        {
            return Doing.OrFail(
                $"cannot open '{name}'",
                () => ArchiveFile.Located(path, () => request.Copy
                    ? OpenInterruptibly(path, options, progress, context)
                    : Open(path, options, progress, CancellationToken.None)));
        }
        catch (CommandException refused) when (refused.InnerException is VmaException { Fault.Code: VmaFaultCode.NotSeekable })
        {
            if (request.Copy && path != StandardStreams.Input)
            {
                throw CommandException.Failed(
                    $"{name}: compressed in one piece, and there is no place for its copy: you have no home directory; $XDG_CACHE_HOME can name one", refused);
            }

            string remedy = path == StandardStreams.Input ? "name the file and give --copy, or make a seekable archive of it with 'vma repack - NEW.vma.zst'"
                : $"give --copy, or make a seekable archive of it with 'vma repack {name} NEW.vma.zst'";
            throw CommandException.Failed($"{name}: compressed in one piece, so no part of it can be read alone; {remedy}", refused);
        }
        finally
        {
            progress.End();
            context.Terminal.ClearLive();
        }
    }

    /// <summary>The library takes back a copy that is not done when a signal comes.</summary>
    private static VmaArchive OpenInterruptibly(string path, VmaArchiveOptions options, OpeningProgress progress, CommandContext context)
    {
        using var interrupted = new CancellationTokenSource();
        Action? before = context.OnSignal;
        context.OnSignal = interrupted.Cancel;
        VmaArchive archive;
        try
        {
            archive = Open(path, options, progress, interrupted.Token);
        }
        finally
        {
            context.OnSignal = before;
        }

        return interrupted.IsCancellationRequested ? throw new OperationCanceledException() : archive;
    }

    private static VmaArchive Open(string path, VmaArchiveOptions options, OpeningProgress progress, CancellationToken cancellationToken)
    {
        if (path == StandardStreams.Input)
        {
            Stream input = StandardStreams.OpenInput();
            return input.CanSeek ? VmaArchive.Open(input, options, progress: progress, cancellationToken: cancellationToken) : throw OnlyForward();
        }

        return FileStatus.KindOf(path) switch
        {
            FileKind.Directory => throw new IOException("it is a directory"),
            FileKind.Passage => throw OnlyForward(),
            _ => VmaArchive.Open(path, options, progress, cancellationToken),
        };
    }

    private static IOException OnlyForward() => new("a pipe can only be read forward, and this needs any place of the archive; name a file");
}
