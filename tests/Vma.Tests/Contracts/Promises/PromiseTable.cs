// SPDX-License-Identifier: MIT

namespace Vma.Tests.Contracts.Promises;

/// <summary>Words of a document that promise something, and the tests that fail when it does not hold.</summary>
/// <param name="Document">The document's path in the checkout.</param>
/// <param name="Words">The words as they stand there; line ends do not count.</param>
/// <param name="Tests">The tests' full names; none where the words are no promise.</param>
/// <param name="Reason">Why the words are no promise.</param>
internal sealed record Promise(string Document, string Words, IReadOnlyList<string> Tests, string? Reason);

/// <summary>The table of promises, Promises.txt. How it is written stands at its top.</summary>
internal static class PromiseTable
{
    private const string DocumentMark = "== ";
    private const string Indentation = "    ";
    private const string ReasonMark = "- ";

    public static IReadOnlyList<Promise> Read()
    {
        var promises = new List<Promise>();
        string document = string.Empty;
        foreach (string line in File.ReadLines(Path.Combine(Places.Root, "tests", "Vma.Tests", "Contracts", "Promises", "Promises.txt")))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith(DocumentMark, StringComparison.Ordinal))
            {
                document = line[DocumentMark.Length..];
            }
            else if (!line.StartsWith(Indentation, StringComparison.Ordinal))
            {
                promises.Add(new Promise(document, line, [], null));
            }
            else
            {
                promises[^1] = With(promises[^1], line.Trim());
            }
        }

        return promises;
    }

    private static Promise With(Promise promise, string line) => line.StartsWith(ReasonMark, StringComparison.Ordinal)
        ? promise with { Reason = line[ReasonMark.Length..] }
        : promise with { Tests = [.. promise.Tests, line] };
}
