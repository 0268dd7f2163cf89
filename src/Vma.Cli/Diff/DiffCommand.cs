// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Diff;

/// <summary>Exit codes are those of diff(1): 0 the same, 1 different, 2 trouble; and 3 where an archive is damaged.</summary>
internal static class DiffCommand
{
    private const int Different = 1;
    private const int Trouble = 2;

    public static Command Build(CommandContext context)
    {
        var one = new Argument<string>("A") { Description = "An archive." };
        var other = new Argument<string>("B") { Description = "Another archive." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print nothing; only the exit code tells." };
        var anyPlace = new AnyPlace(context);
        Option<bool> json = CommonOptions.Json();
        var command = new Command("diff", "Compare two archives by content: configs, and the ranges of each disk that differ.") { one, other, quiet, json };
        anyPlace.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(quiet) && parsed.GetValue(json))
            {
                throw CommandException.Usage("--quiet and --json do not go together");
            }

            string first = parsed.GetRequiredValue(one), second = parsed.GetRequiredValue(other);
            return NeverDifferentByTrouble(() =>
            {
                using VmaArchive firstArchive = anyPlace.Open(first, parsed);
                using VmaArchive secondArchive = anyPlace.Open(second, parsed);
                var comparison = new Comparison(context.Terminal, (first, firstArchive), (second, secondArchive));
                bool differs = parsed.GetValue(quiet) ? comparison.Differences.Any()
                    : parsed.GetValue(json) ? DiffDocument.Write(context.Terminal, first, second, comparison.Differences)
                    : Print(context.Terminal, comparison.Differences);
                context.Terminal.ClearLive();
                return differs ? Different : ExitCode.Done;
            });
        });
        return command;
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
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(Trouble, Reason.Of(failure), failure);
        }
    }

    private static bool Print(Terminal terminal, IEnumerable<DifferenceElement> differences)
    {
        bool differs = false;
        foreach (DifferenceElement difference in differences)
        {
            differs = true;
            terminal.ClearLive();
            terminal.WriteLine(Line(difference));
            terminal.Flush();
        }

        return differs;
    }

    private static string Line(DifferenceElement difference) => $"{difference.Kind} {difference.Name}: " + difference.What switch
    {
        Comparison.OnlyInA => "only in A",
        Comparison.OnlyInB => "only in B",
        Comparison.Size => $"{difference.SizeA} bytes in A, {difference.SizeB} in B",
        _ when difference.Offset is { } offset => $"{difference.Length} bytes at {offset}",
        _ => "differs",
    };
}
