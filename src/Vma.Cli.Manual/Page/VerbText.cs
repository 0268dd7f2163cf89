// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;

namespace Vma.Cli.Manual.Page;

/// <summary>What the page says of a verb. What <c>Text/</c> does not say of an option is said by the sentence of <c>--help</c>.</summary>
internal sealed class VerbText
{
    private readonly VerbSpec _verb;
    private readonly PageText _own;
    private readonly PageText _shared = PageText.Parse(Resource.Read("shared.md"), "##");

    public VerbText(VerbSpec verb)
    {
        _verb = verb;
        _own = PageText.Parse(Resource.Read($"{verb.Name}.md"), "##");
        if (_own.Sections.FirstOrDefault(section => !verb.Options.Any(option => option.Name == section.Heading)) is { Heading: { } stranger })
        {
            throw new InvalidOperationException($"Text/{verb.Name}.md speaks of '{stranger}', which is no option of {verb.Name}");
        }
    }

    /// <summary>What the verb does, with its operands.</summary>
    public string Intro => _own.Intro;

    /// <summary>What an option does, as roff.</summary>
    public string Of(Option option)
    {
        string? written = _own.Find(option.Name) ?? (IsShared(option) ? _shared.Find(option.Name) : null);
        string text = written is not null ? Roff.Prose(written) : Roff.Sentence(option.Description!, NamesFor(option));
        return option is Option<string> { HasDefaultValue: true } && option.GetDefaultValue() is string value
            ? $"{text}The default is {Roff.Typed(value)}.\n"
            : text;
    }

    private static bool IsShared(Option option) => VerbTable.All.Count(verb => verb.Options.Contains(option)) > 1;

    /// <summary>The words in capitals that a sentence about an option can take up.</summary>
    private IEnumerable<string> NamesFor(Option option) =>
        (option.HelpName ?? string.Empty).Split(['[', ']', ':', '=', ',', '…'], StringSplitOptions.RemoveEmptyEntries)
            .Concat(_verb.Operands.Select(operand => operand.Name))
            .Where(name => name.Length > 1);
}
