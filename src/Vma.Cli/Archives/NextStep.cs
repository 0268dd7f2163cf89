// SPDX-License-Identifier: MIT

namespace Vma.Cli.Archives;

/// <summary>What a user can do with an archive that a command has found damaged.</summary>
internal static class NextStep
{
    /// <summary>The commands, ready to paste; null when none of them is of use.</summary>
    public static string? For(string path, VmaFault damage)
    {
        bool isNone = damage.Code is VmaFaultCode.NotAnArchive or VmaFaultCode.UnsupportedVersion or VmaFaultCode.NotSeekable or VmaFaultCode.NeedsMemory;
        return isNone || CallAgain.Verb is "verify" or "salvage" ? null
            : $"next: {Line("verify", path)} tells all that is wrong, {Line("salvage", path, "DIR")} saves what can be trusted";
    }

    private static string Line(string verb, string path, params string[] more) => QuotedText.ShellLine(["vma", verb, Word(path), .. more]);

    /// <summary>A name that begins with a dash would be an option, and one that ends with a line end has no form in a line.</summary>
    private static string Word(string path) => path == StandardStreams.Input || path.EndsWith('\n') ? "FILE" : path.StartsWith('-') ? $"./{path}" : path;
}
