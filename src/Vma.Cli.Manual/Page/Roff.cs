// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Cli.Manual.Page;

/// <summary>Turns text into roff. In text, <c>`…`</c> is typed as it is, and <c>*…*</c> stands for something else.</summary>
internal static partial class Roff
{
    public const string Undivided = "\\%";

    /// <summary>Text that fills lines, each of which may be a sentence.</summary>
    public static string Prose(string text) => string.Concat(text.Split('\n').Select(line => Line(line) + "\n"));

    /// <summary>One line of text.</summary>
    public static string Line(string text)
    {
        string escaped = Escape(text);
        string line = Markup().Replace(
            escaped, mark => Begin(escaped, mark.Index) + (mark.Groups[1].Success ? Bold(mark.Groups[1].Value) : Italic(mark.Groups[2].Value)));
        return line is ['.' or '\'', ..] ? "\\&" + line : line;
    }

    /// <summary>A sentence of <c>--help</c>, which has no marks: options and what is quoted are typed, and names of values stand for something.</summary>
    public static string Sentence(string help, IEnumerable<string> names)
    {
        string marked = Literal().Replace(help, literal => $"`{(literal.Groups[1].Success ? literal.Groups[1].Value : literal.Value)}`");
        foreach (string name in names.Distinct())
        {
            marked = Regex.Replace(marked, $@"\b{Regex.Escape(name)}\b(?![^`]*`[^`]*$)", $"*{name}*");
        }

        return Prose(marked.Replace(". ", ".\n", StringComparison.Ordinal));
    }

    /// <summary>
    /// What stands for a value in a call, such as <c>[ADDR:]PORT</c>: words in capitals are values, brackets and bars are of this notation, the rest
    /// is typed.
    /// </summary>
    public static string Notation(string text) =>
        Parts().Replace(Escape(text), part => part switch
        {
            { Groups: [_, { Success: true }, ..] } => Italic(part.Value),
            { Groups: [_, _, { Success: true }, ..] } => part.Value,
            _ => Bold(part.Value),
        });

    /// <summary>What is typed as it is.</summary>
    public static string Typed(string text) => Bold(Escape(text));

    /// <summary>Lines that stay as they are.</summary>
    public static string Example(string text) =>
        string.Concat(text.Split('\n').Select(line => Dashes(Escape(line)).Replace("'", "\\(aq", StringComparison.Ordinal) + "\n"));

    public static string Escape(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("…", "...", StringComparison.Ordinal);

    /// <summary>Hyphens as they are typed, and not as they are set in prose.</summary>
    public static string Dashes(string text) => text.Replace("-", "\\-", StringComparison.Ordinal);

    /// <summary>What keeps a word that is to be copied from being divided. Inside of a word it would do the contrary.</summary>
    private static string Begin(string text, int index) => index == 0 || text[index - 1] == ' ' ? Undivided : string.Empty;

    // These two are for text that is escaped.
    private static string Bold(string text) => $"\\fB{Copied(text)}\\fP";

    private static string Italic(string text) => $"\\fI{Copied(text)}\\fP";

    private static string Copied(string text) => Dashes(text).Replace(" ", " " + Undivided, StringComparison.Ordinal);

    [GeneratedRegex("`([^`]+)`|\\*([^*]+)\\*")]
    private static partial Regex Markup();

    [GeneratedRegex(@"'([^' ]+)'(?!\w)|(?<![\w-])--?[a-z][a-z-]*")]
    private static partial Regex Literal();

    [GeneratedRegex(@"([A-Z][A-Z-]*)|([\[\]|{} ]|\.\.\.)|[^A-Z\[\]|{} .]+|\.")]
    private static partial Regex Parts();
}
