// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Diff;

internal sealed record DiffRequest(string A, string B, SeekableRequest Access, bool Quiet, bool Json);

/// <summary>Compares two archives. Exit codes are those of diff(1): 0 the same, 1 different, 2 trouble; and 3 where an archive is damaged.</summary>
internal static class DiffRun
{
    private const int Different = 1;
    private const int Trouble = 2;

    public static int Execute(CommandContext context, DiffRequest request)
    {
        DiffText text = request.Json ? new DiffJson(context.Terminal, request) : new DiffText(context.Terminal, request.Quiet);
        return NeverDifferentByTrouble(() =>
        {
            using VmaArchive a = SeekableArchive.Open(request.A, request.Access, context);
            using VmaArchive b = SeekableArchive.Open(request.B, request.Access, context);
            bool differs = text.Write(new Comparison((request.A, a), (request.B, b), text.Progress).Differences);
            text.ClearLive();
            return differs ? Different : ExitCode.Done;
        });
    }

    /// <summary>What ends other commands with 1 ends this one with 2.</summary>
    private static int NeverDifferentByTrouble(Func<int> compare)
    {
        try
        {
            return compare();
        }
        catch (OutputClosedException)
        {
            return Trouble;
        }
        catch (CommandException failure) when (failure.ExitCode == ExitCode.Failed)
        {
            throw new CommandException(Trouble, failure.Message, failure);
        }
        catch (Exception failure) when (SystemFailure.Is(failure))
        {
            throw new CommandException(Trouble, SystemFailure.ReasonOf(failure), failure);
        }
    }
}
