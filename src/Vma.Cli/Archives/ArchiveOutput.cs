// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using Vma.Cli.Console;
using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>Where <c>create</c> writes the archive to.</summary>
internal abstract class ArchiveOutput : IDisposable
{
    private const string CommandPrefix = "exec:";

    public abstract Stream Stream { get; }

    /// <summary>Makes the whole archive final. Without it the output is taken back as far as it can be.</summary>
    public abstract void Commit();

    /// <summary>Why writing failed, when the output knows better than the system; else null.</summary>
    public virtual string? Explain(Exception failure) => Reason.IsBrokenPipe(failure) ? "nobody reads it any more" : null;

    /// <summary>Closes the output. When it was not committed, whoever reads it must not take it for whole.</summary>
    public virtual void Dispose() => Stream.Dispose();

    /// <param name="target">A path, <c>-</c> or <c>exec:COMMAND</c>.</param>
    /// <param name="sync">Whether a file is durable before it gets its name.</param>
    /// <param name="context">Takes note of what to take back.</param>
    public static ArchiveOutput Open(string target, bool sync, CommandContext context)
    {
        if (target.StartsWith(CommandPrefix, StringComparison.Ordinal))
        {
            if (string.IsNullOrWhiteSpace(target[CommandPrefix.Length..]))
            {
                throw CommandException.Usage("behind exec: comes a shell command that reads the archive; see 'vma create --help'");
            }

            return new CommandOutput(target[CommandPrefix.Length..], context.Unfinished);
        }

        if (DescriptorOf(target) is { } descriptor)
        {
            if (descriptor == 1 && context.Terminal.OutputIsTerminal)
            {
                throw CommandException.Usage("an archive does not go to a terminal; name a file, or send standard output elsewhere");
            }

            Descriptors.WidenPipe(descriptor);
            return new PassageOutput(new DescriptorStream(descriptor), context.Unfinished);
        }

        return FileStatus.KindOf(target) switch
        {
            FileKind.None => new FileOutput(target, sync, context.Unfinished),
            FileKind.Passage => new PassageOutput(Descriptors.WidenPipe(new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)), context.Unfinished),
            FileKind.Directory => throw CommandException.Failed($"'{EscapedText.Of(target)}' is a directory"),
            _ => throw CommandException.Failed($"'{EscapedText.Of(target)}' exists already; an archive is never written over"),
        };
    }

    /// <summary>As <see cref="Open"/>, with the target's name in what goes wrong.</summary>
    public static ArchiveOutput OpenNamed(string target, bool sync, CommandContext context)
    {
        try
        {
            return Open(target, sync, context);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot open '{EscapedText.Of(target)}': {Reason.Of(failure)}", failure);
        }
    }

    // The shell's redirection has opened these; opening them again would cut a file or write from its start.
    private static int? DescriptorOf(string target) => target switch
    {
        "-" or "/dev/stdout" => 1,
        "/dev/stderr" => 2,
        _ => NumberBehind(target, "/dev/fd/") ?? NumberBehind(target, "/proc/self/fd/"),
    };

    private static int? NumberBehind(string target, string prefix) =>
        target.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(target.AsSpan(prefix.Length), NumberStyles.None, null, out int number)
            ? number : null;

    /// <summary>Written beside its name and renamed when whole.</summary>
    private sealed class FileOutput : ArchiveOutput
    {
        private readonly string _target;
        private readonly string _temporary;
        private readonly bool _sync;
        private readonly Unfinished _unfinished;
        private readonly Action _undo;
        private readonly FileStream _stream;

        public FileOutput(string target, bool sync, Unfinished unfinished)
        {
            (_target, _sync, _unfinished) = (target, sync, unfinished);
            _temporary = $"{target}.partial-{Guid.NewGuid().ToString("N")[..8]}";
            _undo = unfinished.AddFile(_temporary); // noted first: a signal may come between the two
            try
            {
                _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw CommandException.Failed($"cannot create '{EscapedText.Of(target)}': {Reason.Of(failure)}", failure);
            }
        }

        public override Stream Stream => _stream;

        public override void Commit()
        {
            if (_sync)
            {
                _stream.Flush(flushToDisk: true);
            }

            _stream.Dispose();
            _unfinished.Complete(() => File.Move(_temporary, _target, overwrite: false), _undo);
        }
    }

    /// <summary>A FIFO, a device or a descriptor: what is written is gone.</summary>
    private sealed class PassageOutput(Stream stream, Unfinished unfinished) : ArchiveOutput
    {
        public override Stream Stream { get; } = stream;

        public override void Commit() => unfinished.Complete(Stream.Dispose);
    }

    /// <summary>A shell command that reads the archive. When it will not be whole the command is killed: the input's end would look like the archive's.</summary>
    private sealed class CommandOutput : ArchiveOutput
    {
        private readonly Process _process;
        private readonly string _command;
        private readonly Unfinished _unfinished;
        private readonly Action _undo;

        public CommandOutput(string command, Unfinished unfinished)
        {
            (_command, _unfinished) = (command, unfinished);
            _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardInput = true, UseShellExecute = false })!;
            _undo = unfinished.Add(Kill);
            // The framework's stream does not tell a closed pipe from other errors.
            int pipe = (int)((PipeStream)_process.StandardInput.BaseStream).SafePipeHandle.DangerousGetHandle();
            Descriptors.WidenPipe(pipe);
            Stream = new DescriptorStream(pipe);
        }

        public override Stream Stream { get; }

        public override void Commit()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            if (_process.ExitCode != 0)
            {
                throw CommandException.Failed($"'{EscapedText.Of(_command)}' ended with exit code {_process.ExitCode}; what it did with the archive is not known");
            }

            _unfinished.Complete(static () => { }, _undo);
        }

        public override string? Explain(Exception failure)
        {
            if (!Reason.IsBrokenPipe(failure))
            {
                return null;
            }

            // It has closed its input, and mostly is about to end.
            bool ended = _process.WaitForExit(TimeSpan.FromSeconds(1));
            Kill();
            return !ended ? "the command reads no further" : $"the command read no further, and ended with exit code {_process.ExitCode}";
        }

        public override void Dispose()
        {
            Kill();
            base.Dispose();
            _process.Dispose();
        }

        private void Kill()
        {
            try
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
            catch (InvalidOperationException)
            {
                // It has ended by itself.
            }
        }
    }
}
