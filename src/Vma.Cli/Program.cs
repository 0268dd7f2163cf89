// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Vma.Cli;

internal static class Program
{
    /// <summary>Kept to the end: a signal that nobody listens to any more would kill a command that is done.</summary>
    private static readonly List<PosixSignalRegistration> Signals = [];

    public static int Main(string[] arguments)
    {
        var context = new CommandContext(new Terminal(), new Unfinished());
        Signals.AddRange([OnSignal(PosixSignal.SIGINT, context), OnSignal(PosixSignal.SIGTERM, context), OnSignal(PosixSignal.SIGHUP, context)]);
        try
        {
            int exitCode = CommandLine.Run(arguments, context);
            context.Terminal.Flush();
            return exitCode;
        }
        catch (Exception failure)
        {
            context.Terminal.ClearLive();
            ReportLeft(context, context.Unfinished.Undo());
            return Report(failure, context.Terminal);
        }
    }

    private static int Report(Exception failure, Terminal terminal)
    {
        switch (failure)
        {
            case OutputClosedException:
                return ExitCode.Failed;
            case CommandException command:
                terminal.Error(command.Message);
                return command.ExitCode;
            case VmaException damage:
                terminal.Error(damage.Message);
                return ExitCode.Damaged;
            case OperationCanceledException:
                terminal.Error("interrupted");
                return ExitCode.Interrupted;
            case IOException or UnauthorizedAccessException:
                terminal.Error(failure.Message.ReplaceLineEndings(" "));
                return ExitCode.Failed;
            default:
                terminal.Error($"internal error, please report it: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}");
                return ExitCode.Failed;
        }
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CommandContext context) => PosixSignalRegistration.Create(signal, received =>
    {
        received.Cancel = true;
        if (context.OnSignal is { } end)
        {
            end();
            return;
        }

        context.Unfinished.UndoAndExit(ExitCode.Interrupted, left =>
        {
            context.Terminal.ClearLive();
            ReportLeft(context, left);
            context.Terminal.Error("interrupted");
        });
    });

    private static void ReportLeft(CommandContext context, IReadOnlyList<string> left)
    {
        foreach (string path in left)
        {
            context.Terminal.Error($"unfinished and could not be removed: '{ArchiveFile.Escape(path)}'");
        }
    }
}
