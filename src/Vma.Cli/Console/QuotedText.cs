// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Cli.Console;

/// <summary>Words as a POSIX shell reads them back unchanged.</summary>
internal static partial class QuotedText
{
    /// <summary>A word, in quotes.</summary>
    public static string ForShell(string word) => "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>A word, in quotes where it needs them.</summary>
    public static string ShellWord(string word) => Plain().IsMatch(word) ? word : ForShell(word);

    /// <summary>A shell's command of these words.</summary>
    public static string ShellLine(IEnumerable<string> words) => string.Join(' ', words.Select(ShellWord));

    [GeneratedRegex(@"^[A-Za-z0-9_./:=,+@%-]+\z")]
    private static partial Regex Plain();
}
