// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>The exit codes, a promise to scripts (docs/scripting.md).</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Damaged = 3;
    public const int Interrupted = 130;
}

/// <summary>Ends a command with one line for the user.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Failed(string message, Exception? cause = null) => new(Console.ExitCode.Failed, message, cause);

    public static CommandException Usage(string message) => new(Console.ExitCode.Usage, message);
}
