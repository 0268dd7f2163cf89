// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using Vma.Cli.Compare;
using Vma.Cli.Json;

namespace Vma.Cli.Commands;

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
            try
            {
                using VmaArchive first = anyPlace.Open(parsed.GetRequiredValue(one), parsed);
                using VmaArchive second = anyPlace.Open(parsed.GetRequiredValue(other), parsed);
                var comparison = new Comparison(context, parsed.GetRequiredValue(one), parsed.GetRequiredValue(other), first, second);
                return Show(context, comparison, parsed.GetValue(quiet), parsed.GetValue(json));
            }
            catch (CommandException failure) when (failure.ExitCode == ExitCode.Failed)
            {
                throw new CommandException(Trouble, failure.Message, failure);
            }
        });
        return command;
    }

    private static int Show(CommandContext context, Comparison comparison, bool quiet, bool json)
    {
        bool differs = false;
        foreach (DifferenceElement difference in json ? comparison.All.ToList() : comparison.All)
        {
            differs = true;
            if (quiet)
            {
                break;
            }

            if (!json)
            {
                context.Terminal.ClearLive();
                context.Terminal.WriteLine(Line(difference));
                context.Terminal.Flush();
            }
        }

        context.Terminal.ClearLive();
        if (json)
        {
            JsonOutput.Write(context.Terminal, comparison.ToDocument(), JsonContracts.Default.DiffDocument);
        }

        return differs ? Different : ExitCode.Done;
    }

    private static string Line(DifferenceElement difference) => difference.What switch
    {
        Comparison.OnlyInA or Comparison.OnlyInB => $"{difference.Kind} {difference.Name}: only in {(difference.What == Comparison.OnlyInA ? "A" : "B")}",
        Comparison.Size => string.Create(CultureInfo.InvariantCulture, $"{difference.Kind} {difference.Name}: {difference.SizeA} bytes in A, {difference.SizeB} in B"),
        Comparison.Content when difference.Offset is { } offset => string.Create(CultureInfo.InvariantCulture, $"{difference.Kind} {difference.Name}: {difference.Length} bytes at {offset}"),
        _ => $"{difference.Kind} {difference.Name}: differs",
    };
}
