// SPDX-License-Identifier: MIT

namespace Vma.Cli.Manual.Page;

/// <summary>A file of <c>Text/</c>: what stands first, and then its sections.</summary>
/// <param name="Intro">What stands in front of the first heading.</param>
/// <param name="Sections">What stands behind each heading.</param>
internal sealed record PageText(string Intro, IReadOnlyList<(string Heading, string Text)> Sections)
{
    /// <summary>Splits a text at its headings.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mark">What begins a heading: <c>#</c> or <c>##</c>.</param>
    public static PageText Parse(string text, string mark)
    {
        string[] parts = ("\n" + text).Split($"\n{mark} ");
        return new PageText(parts[0].Trim('\n'), [.. parts.Skip(1).Select(Section)]);

        (string, string) Section(string part)
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            return (part[..end].Trim(), part[end..].Trim('\n'));
        }
    }

    /// <summary>What stands behind a heading; null when there is none.</summary>
    public string? Find(string heading) => Sections.FirstOrDefault(section => section.Heading == heading).Text;
}
