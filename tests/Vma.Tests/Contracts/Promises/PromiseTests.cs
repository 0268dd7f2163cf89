// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Tests.Contracts.Promises;

/// <summary>What the documents promise, and the tests that hold them to it: Promises.txt.</summary>
public sealed partial class PromiseTests
{
    private static readonly IReadOnlyList<Promise> Promises = PromiseTable.Read();

    /// <summary>The pages whose every strong word is looked at.</summary>
    public static TheoryData<string> Pages => [.. new[] { "SECURITY.md", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "src/Vma.Nbd/README.md" }
        .Concat(Directory.GetFiles(Path.Combine(Places.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Places.Root, file)).Order(StringComparer.Ordinal))];

    [Fact]
    public void Every_promise_still_stands_in_its_document() =>
        AssertNone(Promises.GroupBy(promise => promise.Document).SelectMany(group =>
        {
            IReadOnlyList<string> blocks = DocumentText.Read(group.Key).Blocks;
            return group.Where(promise => !blocks.Any(block => block.Contains(promise.Words, StringComparison.Ordinal)))
                .Select(promise => $"{promise.Document} does not say any more: {promise.Words}");
        }));

    [Fact]
    public void Every_promise_is_kept_by_tests_that_there_are_or_is_none_for_a_reason()
    {
        HashSet<string> tests = TestNames.Read();
        AssertNone(Promises.Where(promise => promise.Tests.Count == 0 == (promise.Reason is null))
            .Select(promise => $"{promise.Document}: either tests or a reason: {promise.Words}"));
        AssertNone(Promises.SelectMany(promise => promise.Tests.Where(test => !tests.Contains(test))
            .Select(test => $"{promise.Document}: there is no test {test} for: {promise.Words}")));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_sentence_with_a_strong_word_is_in_the_table(string page) =>
        AssertNone(DocumentText.Read(page).Sentences
            .Where(sentence => StrongWord().IsMatch(sentence) && !IsListed(page, sentence))
            .Select(sentence => $"{page} promises what no test is named for: {sentence}"));

    [Theory]
    [InlineData("SECURITY.md", "What is promised")]
    [InlineData("ARCHITECTURE.md", "Invariants")]
    public void Every_point_of_a_list_of_promises_is_in_the_table(string page, string heading)
    {
        string[] points = [.. DocumentText.Read(page).PointsBelow(heading)];
        Assert.NotEmpty(points);
        AssertNone(points.Where(point => !IsListed(page, point)).Select(point => $"{page} promises what no test is named for: {point}"));
    }

    private static void AssertNone(IEnumerable<string> complaints)
    {
        string text = string.Join(Environment.NewLine, complaints);
        Assert.True(text.Length == 0, text);
    }

    private static bool IsListed(string page, string sentence) =>
        Promises.Any(promise => promise.Document == page && sentence.Contains(promise.Words, StringComparison.Ordinal));

    /// <summary>"Never came" is what a cluster does.</summary>
    [GeneratedRegex(@"\b(never(?! came)|always|nobody|linear|bounded|at most|in any case|whatever happens|in proportion)\b", RegexOptions.IgnoreCase)]
    private static partial Regex StrongWord();
}
