// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>Ends a command with one line for the user.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Failed(string message, Exception? cause = null) => new(Console.ExitCode.Failed, message, cause);

    public static CommandException Usage(string message) => new(Console.ExitCode.Usage, message);
}
