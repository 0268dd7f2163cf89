// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Cli.Tests.Documentation;

/// <summary>The manual page and the completions are those that the table of verbs makes.</summary>
public sealed class GeneratedFileTests
{
    /// <summary>Beside this suite, in a folder of the same configuration.</summary>
    private static readonly string Generator = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Vma.Cli.Manual", new DirectoryInfo(AppContext.BaseDirectory).Name, "Vma.Cli.Manual");

    [Fact]
    public void What_lies_in_docs_is_what_the_table_makes()
    {
        using var scratch = new Scratch();
        using Process making = Process.Start(Generator, [scratch.Path]);
        making.WaitForExit();
        Assert.Equal(0, making.ExitCode);
        string[] files = [.. Directory.EnumerateFiles(scratch.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(scratch.Path, path))];
        Assert.Equal(["completion/vma.bash", "completion/vma.fish", "completion/vma.zsh", "vma.1"], files.Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.True(
            File.ReadAllText(scratch[file]) == File.ReadAllText(Path.Combine(Places.Root, "docs", file)),
            $"docs/{file} is not what the table of verbs makes; run './build.sh docs' and commit what it writes"));
    }
}
