// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Tests.Contracts.Promises;

/// <summary>A document's sentences, each on one line. What stands in a code block is left out; a cell of a table is a sentence.</summary>
internal sealed partial class DocumentText
{
    private DocumentText(string text)
    {
        string[] blocks = BlockStart().Split(CodeBlock().Replace(text, "\n"));
        Blocks = [.. blocks.Select(Unwrap).Where(block => block.Length > 0)];
    }

    /// <summary>Paragraphs, points of a list and rows of a table.</summary>
    public IReadOnlyList<string> Blocks { get; }

    public IEnumerable<string> Sentences => Blocks.SelectMany(block => SentenceEnd().Split(block));

    /// <summary>Reads a page, or the documentation comments of a source file.</summary>
    public static DocumentText Read(string document)
    {
        string path = Path.Combine(Places.Root, document);
        return new DocumentText(document.EndsWith(".cs", StringComparison.Ordinal) ? string.Join('\n', CommentsIn(path)) : File.ReadAllText(path));
    }

    /// <summary>The points below a heading, up to the next heading.</summary>
    public IEnumerable<string> PointsBelow(string heading) => Blocks
        .SkipWhile(block => block.TrimStart('#', ' ') != heading).Skip(1)
        .TakeWhile(block => block[0] != '#').Where(block => block.StartsWith("* ", StringComparison.Ordinal));

    public static string Unwrap(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> CommentsIn(string path) =>
        File.ReadLines(path).Select(line => line.Trim()).Where(line => line.StartsWith("///", StringComparison.Ordinal)).Select(line => line[3..]);

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\n\s*\n|\n(?=\s*[*-] )|\n(?=\|)|\n(?=\d+\. )")]
    private static partial Regex BlockStart();

    [GeneratedRegex(@"(?<=[.!?](?:\*\*)?) (?=[A-Z*`\[])| \| ")]
    private static partial Regex SentenceEnd();
}
