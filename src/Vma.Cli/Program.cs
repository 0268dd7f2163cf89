// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Cli;

internal static class Program
{
    /// <summary>Kept to the end: a signal that no listener takes would kill a command that is done.</summary>
    private static readonly List<PosixSignalRegistration> Signals = [];

    public static int Main(string[] arguments)
    {
        Descriptors.OccupyStandardDescriptors(); // before anything is opened
        var context = new CommandContext(new Terminal(), new Unfinished());
        Signals.AddRange(
            [OnSignal(PosixSignal.SIGINT, context), OnSignal(PosixSignal.SIGTERM, context), OnSignal(PosixSignal.SIGHUP, context), HeedFileSizeLimit()]);
        try
        {
            int exitCode = CommandLine.Run(arguments, context);
            context.Terminal.Flush();
            context.Unfinished.Complete(static () => { }); // from here on no signal changes the exit code
            return exitCode;
        }
        catch (Exception failure)
        {
            context.Terminal.ClearLive();
            IReadOnlyList<string> left = context.Unfinished.Undo();
            context.Unfinished.Complete(static () => { });
            ReportLeft(context, left);
            return Report(failure, context.Terminal);
        }
    }

    private static int Report(Exception failure, Terminal terminal)
    {
        (int exitCode, string? message) = failure switch
        {
            OutputClosedException => (ExitCode.Failed, null),
            CommandException command => (command.ExitCode, command.Message),
            VmaException damage => (ExitCode.Damaged, damage.Message),
            OperationCanceledException => (ExitCode.Interrupted, "interrupted"),
            FileNotFoundException { FileName: null } => (ExitCode.Failed, "the working directory does not exist any more"),
            _ when SystemFailure.Is(failure) => (ExitCode.Failed, SystemFailure.OneLine(failure.Message)),
            _ => (ExitCode.Failed, $"internal error, please report it: {failure.GetType().Name}: {SystemFailure.OneLine(failure.Message)}"),
        };
        if (message is not null)
        {
            terminal.Error(message);
        }

        return exitCode;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CommandContext context) => PosixSignalRegistration.Create(signal, received =>
    {
        received.Cancel = true;
        context.Terminal.Hurry(outputToo: context.OnSignal is not null);
        if (context.TrySignal())
        {
            return;
        }

        context.Unfinished.UndoAndExit(ExitCode.Interrupted, left =>
        {
            context.Terminal.ClearLive();
            ReportLeft(context, left);
            context.Terminal.Error("interrupted");
        });
    });

    /// <summary>A file that grows beyond <c>ulimit -f</c> is an error as any other, and not the end without a word.</summary>
    private static PosixSignalRegistration HeedFileSizeLimit()
    {
        const int FileSizeExceeded = 25; // SIGXFSZ
        return PosixSignalRegistration.Create((PosixSignal)FileSizeExceeded, received => received.Cancel = true);
    }

    private static void ReportLeft(CommandContext context, IReadOnlyList<string> left)
    {
        foreach (string path in left)
        {
            context.Terminal.Error($"unfinished and could not be removed: '{EscapedText.Of(path)}'");
        }
    }
}
