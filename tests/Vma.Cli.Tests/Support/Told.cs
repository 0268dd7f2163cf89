// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Vma.Cli.Tests.Support;

/// <summary>What a user is told when something goes wrong.</summary>
internal static class Told
{
    private static readonly string[] NotForUsers = ["Exception", "   at ", "Unhandled", "internal error", "System.", ".cs:line"];

    /// <summary>Fails when the message shows the insides of the program.</summary>
    public static void NoExceptionText(VmaResult result) =>
        Assert.All(NotForUsers, text => Assert.DoesNotContain(text, result.Error, StringComparison.Ordinal));

    /// <summary>Nothing but line ends and what can be seen was printed: no control character, no mark that turns text around.</summary>
    public static void Safely(VmaResult result)
    {
        foreach (Rune rune in (result.Output + result.Error).EnumerateRunes())
        {
            Assert.True(
                rune.Value == '\n' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator),
                $"U+{rune.Value:X4} is in: {result.Output}{result.Error}");
        }
    }

    /// <summary>Exactly one line on standard error, and nothing on standard output; gives the line.</summary>
    public static string OneLine(int exitCode, VmaResult result)
    {
        Assert.Equal(string.Empty, result.Output);
        return LastWord(exitCode, result);
    }

    /// <summary>Exactly one line on standard error; gives the line. Standard output may hold what was said before the fault.</summary>
    public static string LastWord(int exitCode, VmaResult result)
    {
        Assert.True(exitCode == result.ExitCode, $"exit code {result.ExitCode} instead of {exitCode}: {result.Error}");
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("vma: ", line, StringComparison.Ordinal);
        Assert.EndsWith("\n", result.Error, StringComparison.Ordinal);
        return line;
    }

    /// <summary>A wrong call: one line, with a word in it that says what was wrong.</summary>
    public static void Usage(VmaResult result, string about) => Assert.Contains(about, OneLine(2, result), StringComparison.Ordinal);

    /// <summary>Something failed: one line, with a word in it that says what.</summary>
    public static void Failure(VmaResult result, string about) => Assert.Contains(about, OneLine(1, result), StringComparison.Ordinal);

    /// <summary>The archive is damaged: one line with the place.</summary>
    public static string Damage(VmaResult result)
    {
        string line = LastWord(3, result);
        Assert.Contains(": offset ", line, StringComparison.Ordinal);
        return line;
    }
}
