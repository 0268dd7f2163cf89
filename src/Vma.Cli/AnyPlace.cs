// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Restore;
using Vma.Posix;

namespace Vma.Cli;

/// <summary>Opens archives that a command reads at any place, and the options for it.</summary>
internal sealed class AnyPlace(CommandContext context)
{
    private readonly Option<bool> _copy = new("--copy")
    {
        Description = $"Of an archive that is compressed in one piece, make a seekable copy once, in $XDG_CACHE_HOME/vma or ~/.cache/vma, and use that.",
    };

    private readonly Option<bool> _noVerifyData = new("--no-verify-data") { Description = "Do not compare data with its checksums." };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_copy);
        command.Options.Add(_noVerifyData);
    }

    /// <summary>The options that were given, as another call would have them.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => ((Option<bool>[])[_copy, _noVerifyData]).Where(option => parsed.GetValue(option)).Select(option => option.Name);

    /// <summary>Opens an archive; what is wrong with it is told with its name.</summary>
    public VmaArchive Open(string path, ParseResult parsed)
    {
        string name = ArchiveFile.DisplayName(path);
        var progress = new ProgressDisplay(context.Terminal, $"opening {name}", line: null);
        var options = new VmaArchiveOptions
        {
            VerifyData = !parsed.GetValue(_noVerifyData),
            SidecarDirectory = parsed.GetValue(_copy) ? VmaArchiveOptions.DefaultSidecarDirectory : null,
        };
        try
        {
            return ArchiveFile.Located(path, () => options.SidecarDirectory is null ? Open(path, options, progress, CancellationToken.None) : OpenInterruptibly(path, options, progress));
        }
        catch (CommandException refused) when (refused.InnerException is VmaException { Fault.Code: VmaFaultCode.NotSeekable })
        {
            string remedy = path == ArchiveFile.StandardInput ? "name the file and give --copy, or make a seekable archive of it with 'vma repack - NEW.vma.zst'"
                : $"give --copy, or make a seekable archive of it with 'vma repack {name} NEW.vma.zst'";
            throw CommandException.Failed($"{name}: compressed in one piece, so no part of it can be read alone; {remedy}", refused);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot open '{name}': {Reason.Of(failure)}", failure);
        }
        finally
        {
            context.Terminal.ClearLive();
        }
    }

    /// <summary>The one device that a user's word means.</summary>
    public static VmaDevice DeviceOf(VmaArchive archive, string path, string typed)
    {
        IReadOnlyList<VmaDevice> found = DeviceSelection.FindShort(archive.Manifest, typed);
        return found.Count switch
        {
            1 => found[0],
            0 => throw CommandException.Usage($"{ArchiveFile.DisplayName(path)}: there is no device '{ArchiveFile.Escape(typed)}'; there are: {NameList.Of(archive.Manifest.Devices.Select(device => device.Name))}"),
            _ => throw CommandException.Usage($"{ArchiveFile.DisplayName(path)}: '{ArchiveFile.Escape(typed)}' is the name of {found.Count} devices; say dev_id:N"),
        };
    }

    /// <summary>A copy that is not done when a signal comes is taken back by who makes it.</summary>
    private VmaArchive OpenInterruptibly(string path, VmaArchiveOptions options, ProgressDisplay progress)
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

    private static VmaArchive Open(string path, VmaArchiveOptions options, ProgressDisplay progress, CancellationToken cancellationToken)
    {
        if (path == ArchiveFile.StandardInput)
        {
            Stream input = Terminal.OpenInput();
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
