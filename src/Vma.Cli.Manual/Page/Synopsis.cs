// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Manual.Page;

/// <summary>How a verb is called.</summary>
internal static class Synopsis
{
    /// <summary>The verb with its operands, as a heading.</summary>
    public static string Heading(VerbSpec verb) => $"vma {string.Join(' ', [verb.Name, .. Operands(verb)])}";

    /// <summary>The verb with all that it takes, each on a line of its own.</summary>
    public static string Full(VerbSpec verb)
    {
        var items = Operands(verb).ToList();
        int behindDashes = items.FindIndex(item => item.StartsWith("[-- ", StringComparison.Ordinal));
        items.InsertRange(behindDashes < 0 ? items.Count : behindDashes, Options(verb));
        return string.Concat(items.Select(Line));
    }

    /// <summary>An item stays on one line, unless it is a choice.</summary>
    private static string Line(string item) =>
        Roff.Undivided + Roff.Notation(item).Replace(" ", "\\~", StringComparison.Ordinal).Replace("\\~|", " |", StringComparison.Ordinal) + "\\&\n";

    private static IEnumerable<string> Operands(VerbSpec verb)
    {
        foreach (Argument operand in verb.Operands)
        {
            var spec = (IOperandSpec)operand;
            string repeated = operand.Arity.MaximumNumberOfValues > 1 ? "..." : string.Empty;
            string name = operand.Name + repeated + (spec.LastName is { } last ? " " + last : string.Empty);
            yield return (operand.Arity.MinimumNumberOfValues, spec.IsBehindDashes, SetOf(verb, operand)) switch
            {
                (_, _, { } set) => Choice(verb, set),
                (_, true, _) => $"[-- {name}]",
                (0, _, _) => $"[{name}]",
                _ => name,
            };
        }

        // A verb that needs one of some options shows them as if they were operands.
        if (verb.NeedsAlternative && verb.Alternatives[0].All(one => one is Option))
        {
            yield return Choice(verb, verb.Alternatives[0]);
        }
    }

    private static IEnumerable<string> Options(VerbSpec verb)
    {
        foreach (Option option in verb.Options)
        {
            IReadOnlyList<Symbol>? set = SetOf(verb, option);
            if (set is null)
            {
                yield return $"[{Call(option)}]" + (option.ValueType.IsArray ? "..." : string.Empty);
            }
            else if (set[0] == option && !(verb.NeedsAlternative && set == verb.Alternatives[0]))
            {
                yield return Choice(verb, set);
            }
        }
    }

    /// <summary>The set in which a symbol is shown; it is shown once, so no set that shares one with an earlier set is.</summary>
    private static IReadOnlyList<Symbol>? SetOf(VerbSpec verb, Symbol symbol)
    {
        var seen = new HashSet<Symbol>();
        return verb.Alternatives.FirstOrDefault(set =>
        {
            bool isShown = !set.Any(seen.Contains);
            seen.UnionWith(set);
            return isShown && set.Contains(symbol);
        });
    }

    private static string Choice(VerbSpec verb, IReadOnlyList<Symbol> set)
    {
        string choice = string.Join(" | ", set.Select(one => one is Option option ? Call(option) : one.Name));
        return verb.NeedsAlternative && set == verb.Alternatives[0] ? $"{{{choice}}}" : $"[{choice}]";
    }

    private static string Call(Option option)
    {
        string name = option.Aliases.FirstOrDefault() ?? option.Name;
        return option.HelpName is { } value ? $"{name} {value}" : name;
    }
}
