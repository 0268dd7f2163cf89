// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.IO.Pipes;
using Vma.Failures;

namespace Vma.Cli.Archives;

/// <summary>
/// A shell command that reads the archive. When the archive will not be whole, the command is killed: it would take the end of its input for the end of
/// the archive.
/// </summary>
internal sealed class CommandOutput : ArchiveOutput
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);

    private readonly string _command;
    private readonly Process _process;
    private readonly Unfinished _unfinished;
    private readonly Action _undo;

    private CommandOutput(string command, Process process, int pipe, Unfinished unfinished)
        : base(new DescriptorStream(pipe))
    {
        (_command, _process, _unfinished) = (command, process, unfinished);
        _undo = unfinished.Add(Kill);
    }

    public static CommandOutput Start(string command, Unfinished unfinished)
    {
        Process process = ShellCommand.Start(command, start => start.RedirectStandardInput = true);

        // The framework's stream does not tell a closed pipe from other errors.
        int pipe = (int)((PipeStream)process.StandardInput.BaseStream).SafePipeHandle.DangerousGetHandle();
        Descriptors.WidenPipe(pipe);
        return new CommandOutput(command, process, pipe, unfinished);
    }

    public override void Dispose()
    {
        Kill();
        base.Dispose();
        _process.Dispose();
    }

    protected override void Commit()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        CommandException.FailIf(_process.ExitCode != 0,
            $"'{EscapedText.Of(_command)}' ended with exit code {_process.ExitCode}; what it did with the archive is not known");

        _unfinished.Complete(static () => { }, _undo);
    }

    protected override string? Explain(Exception failure)
    {
        if (!SystemFailure.IsBrokenPipe(failure))
        {
            return null;
        }

        // The command has closed its input, and is usually about to end.
        bool ended = _process.WaitForExit(EndPatience);
        Kill();
        return ended ? $"the command read no further, and ended with exit code {_process.ExitCode}" : "the command reads no further";
    }

    /// <summary>It fails when the command has ended by itself.</summary>
    private void Kill() => Attempt.Quietly<InvalidOperationException>(() =>
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    });
}
