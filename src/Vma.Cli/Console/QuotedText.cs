// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Cli.Console;

/// <summary>Text as other programs read it back unchanged.</summary>
internal static partial class QuotedText
{
    /// <summary>A word for a POSIX shell, in quotes.</summary>
    public static string ForShell(string word) => "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>A word for a POSIX shell, in quotes where it needs them.</summary>
    public static string ShellWord(string word) => Plain().IsMatch(word) ? word : ForShell(word);

    /// <summary>A shell's command of these words.</summary>
    public static string ShellLine(IEnumerable<string> words) => string.Join(' ', words.Select(ShellWord));

    /// <summary>A value in an option of QEMU, which a comma that is not doubled would end.</summary>
    public static string ForQemu(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z0-9_./:=,+@%-]+\z")]
    private static partial Regex Plain();
}
