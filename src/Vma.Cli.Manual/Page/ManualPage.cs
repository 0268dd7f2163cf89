// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Reflection;
using System.Text;
using Vma.Cli.Arguments;

namespace Vma.Cli.Manual.Page;

/// <summary>The manual page, <c>vma.1</c>.</summary>
internal static class ManualPage
{
    private const string Commands = "COMMANDS";

    public static string Write()
    {
        Version version = Assembly.GetExecutingAssembly().GetName().Version!;
        var page = new StringBuilder($"""
            .\" SPDX-License-Identifier: MIT
            .\" Made from src/Vma.Cli/Arguments and src/Vma.Cli.Manual/Text by './build.sh docs'; do not change it here.
            .TH VMA 1 "" "vma {version.Major}.{version.Minor}" "User Commands"
            .SH NAME
            vma \- {char.ToLowerInvariant(VerbTable.Description[0])}{VerbTable.Description[1..].TrimEnd('.')}
            .SH SYNOPSIS

            """);
        page.AppendJoin(string.Empty, VerbTable.All.Select(verb => $".SY \"vma {verb.Name}\"\n{Synopsis.Full(verb)}"));

        page.Append(".YS\n");
        foreach ((string heading, string text) in PageText.Parse(Resource.Read("vma.md"), "#").Sections)
        {
            page.Append($".SH {heading}\n");
            WriteSection(page, text);
            if (heading == Commands)
            {
                WriteVerbs(page);
            }
        }

        return page.ToString();
    }

    private static void WriteVerbs(StringBuilder page)
    {
        foreach (VerbSpec verb in VerbTable.All)
        {
            var text = new VerbText(verb);
            page.Append($".SS {Roff.Dashes(Synopsis.Heading(verb))}\n");
            WriteSection(page, text.Intro);
            foreach (Option option in verb.Options)
            {
                string names = string.Join(", ", option.Aliases.Append(option.Name).Select(Roff.Typed));
                string value = option.HelpName is { } name ? " " + Roff.Notation(name) : string.Empty;
                page.Append($".TP\n{names}{value}\n{text.Of(option)}");
            }
        }

        page.Append("""
            .SS General options
            .TP
            \fB\-h\fP, \fB\-?\fP, \fB\-\-help\fP
            Show help for a command, or for all.
            .TP
            \fB\-\-version\fP
            Show the version.

            """);
    }

    /// <summary>Paragraphs, examples, and terms with what they mean.</summary>
    private static void WriteSection(StringBuilder page, string text)
    {
        PageText parts = PageText.Parse(text, "##");
        WriteParagraphs(page, parts.Intro);
        foreach ((string term, string meaning) in parts.Sections)
        {
            page.Append($".TP\n{Roff.Line(term)}\n");
            WriteParagraphs(page, meaning);
        }
    }

    private static void WriteParagraphs(StringBuilder page, string text)
    {
        string[] paragraphs = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < paragraphs.Length; i++)
        {
            page.Append(i == 0 ? string.Empty : ".PP\n");
            page.Append(paragraphs[i].StartsWith("```", StringComparison.Ordinal) ? Block(paragraphs[i].Trim('`').Trim('\n')) : Roff.Prose(paragraphs[i]));
        }
    }

    private static string Block(string text) => $".RS\n.EX\n{(text.Contains('`', StringComparison.Ordinal) ? Roff.Prose(text) : Roff.Example(text))}.EE\n.RE\n";
}
