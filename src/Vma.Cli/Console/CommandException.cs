// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;

namespace Vma.Cli.Console;

/// <summary>Ends a command with one line for the user.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Failed(string message, Exception? cause = null) => new(Console.ExitCode.Failed, message, cause);

    public static CommandException Usage(string message) => new(Console.ExitCode.Usage, message);

    /// <summary>Throws <see cref="Failed"/> when something cannot be done.</summary>
    public static void FailIf([DoesNotReturnIf(true)] bool isImpossible, string message)
    {
        if (isImpossible)
        {
            throw Failed(message);
        }
    }

    /// <summary>Throws <see cref="Usage"/> when something must not be asked for.</summary>
    public static void UsageIf([DoesNotReturnIf(true)] bool isWrong, string message)
    {
        if (isWrong)
        {
            throw Usage(message);
        }
    }
}
