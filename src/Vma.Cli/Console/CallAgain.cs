// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>The command that a user can give next.</summary>
internal static class CallAgain
{
    /// <summary>The verb of the user's call; null when there is none.</summary>
    public static string? Verb => Environment.GetCommandLineArgs().ElementAtOrDefault(1);

    /// <summary>The user's own call, with more options behind its verb.</summary>
    public static string With(params IEnumerable<string> options)
    {
        string[] words = Environment.GetCommandLineArgs();
        return QuotedText.ShellLine(["vma", .. words.Skip(1).Take(1), .. options, .. words.Skip(2)]);
    }
}
