// SPDX-License-Identifier: MIT

namespace Vma.Tests.Contracts;

/// <summary>What the compiler and its analyzers do not look at.</summary>
public sealed class SourceTextTests
{
    private const int LongestLine = 160;

    [Theory]
    [InlineData("bench")]
    [InlineData("samples")]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_line_is_longer_than_160_columns(string directory) =>
        Assert.Empty(SourcesIn(directory).SelectMany(file => File.ReadLines(file).Index().Where(line => line.Item.Length > LongestLine)
            .Select(line => $"{Path.GetRelativePath(Places.Root, file)}:{line.Index + 1}: {line.Item.Length} columns")));

    private static IEnumerable<string> SourcesIn(string directory) =>
        Directory.EnumerateFiles(Path.Combine(Places.Root, directory), "*.*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".sh" or ".py" or ".csproj" or ".props" && !file.Contains("/obj/", StringComparison.Ordinal));
}
