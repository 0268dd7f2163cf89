// SPDX-License-Identifier: MIT

using Vma.Failures;
using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>Where a command writes an archive to.</summary>
internal abstract class ArchiveOutput(Stream stream) : IDisposable
{
    private const string CommandPrefix = "exec:";

    protected Stream Stream { get; } = stream;

    /// <summary>Opens an output.</summary>
    /// <param name="target">A path, <c>-</c> or <c>exec:COMMAND</c>.</param>
    /// <param name="sync">Whether a file is durable before it gets its name.</param>
    /// <param name="context">Takes note of what to take back.</param>
    public static ArchiveOutput Open(string target, bool sync, CommandContext context) => Doing.With("open", target, () => OpenTarget(target, sync, context));

    /// <summary>Whether a file of this name is made: it is no command, no descriptor, and nothing is there.</summary>
    public static bool IsNewFile(string target) =>
        !IsCommand(target) && StandardStreams.DescriptorOf(target) is null && FileStatus.KindOf(target) == FileKind.None;

    /// <summary>Writes the archive and makes it final.</summary>
    /// <param name="sentence">What could not be done when writing fails, in front of the reason.</param>
    /// <param name="write">Writes it.</param>
    public T Write<T>(string sentence, Func<Stream, T> write)
    {
        return Attempt.Or(
            () => Doing.OrFail(sentence, WriteAndCommit, Explain), (ArgumentException tooMuch) => throw CommandException.Failed(tooMuch.Message, tooMuch));

        T WriteAndCommit()
        {
            T report = write(Stream);
            Commit();
            return report;
        }
    }

    /// <summary>Closes the output. The reader of one that was not made final must not take it for whole.</summary>
    public virtual void Dispose() => Stream.Dispose();

    /// <summary>Makes the whole archive final. Without it the output is taken back as far as it can be.</summary>
    protected abstract void Commit();

    /// <summary>Why writing failed, when the output knows better than the system; else null.</summary>
    protected virtual string? Explain(Exception failure) => SystemFailure.IsBrokenPipe(failure) ? "nobody reads it any more" : null;

    private static bool IsCommand(string target) => target.StartsWith(CommandPrefix, StringComparison.Ordinal);

    private static ArchiveOutput OpenTarget(string target, bool sync, CommandContext context)
    {
        if (IsCommand(target))
        {
            string command = target[CommandPrefix.Length..];
            return string.IsNullOrWhiteSpace(command)
                ? throw CommandException.Usage("behind exec: comes a shell command that reads the archive; see 'vma create --help'")
                : CommandOutput.Start(command, context.Unfinished);
        }

        if (StandardStreams.DescriptorOf(target) is { } descriptor)
        {
            CommandException.UsageIf(StandardStreams.IsOutput(target) && context.Terminal.OutputIsTerminal,
                "an archive does not go to a terminal; name a file, or send standard output elsewhere");

            Descriptors.WidenPipe(descriptor);
            return new PassageOutput(new DescriptorStream(descriptor), context.Unfinished);
        }

        return FileStatus.KindOf(target) switch
        {
            FileKind.None => FileOutput.Create(target, sync, context.Unfinished),
            FileKind.Passage => new PassageOutput(OpenPassage(target), context.Unfinished),
            FileKind.Directory => throw CommandException.Failed($"'{EscapedText.Of(target)}' is a directory"),
            _ => throw CommandException.Failed($"'{EscapedText.Of(target)}' exists already; an archive is never written over"),
        };
    }

    private static FileStream OpenPassage(string target) =>
        Descriptors.WidenPipe(new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));

    /// <summary>A FIFO, a device or a descriptor: what is written is gone.</summary>
    private sealed class PassageOutput(Stream stream, Unfinished unfinished) : ArchiveOutput(stream)
    {
        protected override void Commit() => unfinished.Complete(Stream.Dispose);
    }
}
