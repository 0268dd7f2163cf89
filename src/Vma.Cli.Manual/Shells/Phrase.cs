// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Manual.Shells;

/// <summary>What a shell shows beside a verb or an option: the first clause of its help.</summary>
internal static class Phrase
{
    private static readonly string[] Ends = ["; ", ". ", ": ", " ("];

    public static string Of(Symbol symbol) => Of(symbol.Description!);

    public static string Of(string help)
    {
        int end = Ends.Select(mark => help.IndexOf(mark, StringComparison.Ordinal)).Where(at => at >= 0).Append(help.Length).Min();
        string clause = help[..end].TrimEnd('.').Replace("…", "...", StringComparison.Ordinal);
        bool isWord = clause.Length > 1 && (char.IsLower(clause[1]) || clause[1] == ' ');
        return isWord ? char.ToLowerInvariant(clause[0]) + clause[1..] : clause;
    }

    /// <summary>An option's letter, if it has one, and its name.</summary>
    public static IEnumerable<string> Names(Option option) => option.Aliases.Append(option.Name);
}
