// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.RegularExpressions;

namespace Vma.Cli.Console;

/// <summary>Words as a POSIX shell reads them back unchanged.</summary>
internal static partial class QuotedText
{
    /// <summary>A word, in quotes.</summary>
    public static string ForShell(string word) => "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>A word, in quotes where it needs them.</summary>
    public static string ShellWord(string word) => Plain().IsMatch(word) ? word : ForShell(word);

    /// <summary>
    /// A word for a line that people see: what a terminal must not get is spelled for <c>printf</c>, and the shell still reads the same word.
    /// </summary>
    public static string SeenWord(string word) => EscapedText.IsNeededFor(word) ? ForPrintf(word) : ShellWord(word);

    /// <summary>As <see cref="SeenWord"/>, always in quotes.</summary>
    public static string SeenQuotes(string word) => EscapedText.IsNeededFor(word) ? ForPrintf(word) : ForShell(word);

    /// <summary>A shell's command of these words, for a line that people see.</summary>
    public static string ShellLine(IEnumerable<string> words) => string.Join(' ', words.Select(SeenWord));

    // The shell cuts line ends off what printf gives, when they are at its end.
    private static string ForPrintf(string word) => word.EndsWith('\n')
        ? throw CommandException.Failed($"'{word}' ends with a line end, which no line of a script can hold")
        : $"\"$(printf %b '{string.Concat(Encoding.UTF8.GetBytes(word).Select(Spelled))}')\"";

    private static string Spelled(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'/' or (byte)'.' or (byte)'-' or (byte)'_'
        ? $"{(char)value}" : $"\\0{System.Convert.ToString(value, 8).PadLeft(3, '0')}";

    [GeneratedRegex(@"^[A-Za-z0-9_./:=,+@%-]+\z")]
    private static partial Regex Plain();
}
