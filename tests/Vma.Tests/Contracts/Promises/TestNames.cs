// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Tests.Contracts.Promises;

/// <summary>The full names of all tests of all suites, out of their sources: no suite has to be built for another.</summary>
internal static partial class TestNames
{
    public static HashSet<string> Read() => [.. Directory
        .EnumerateFiles(Path.Combine(Places.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
        .SelectMany(file => NamesIn(File.ReadAllText(file)))];

    private static IEnumerable<string> NamesIn(string source)
    {
        string space = Namespace().Match(source).Groups[1].Value;
        IReadOnlyList<Match> classes = Class().Matches(source);
        return Test().Matches(source).Select(test => $"{space}.{classes.Last(one => one.Index < test.Index).Groups[1].Value}.{test.Groups[1].Value}");
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public [\w ]*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"^    \[(?:Fact|Theory)\b(?:(?!^    public ).)*^    public [\w<> ]*?(\w+)\(", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Test();
}
