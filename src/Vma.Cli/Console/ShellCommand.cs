// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Diagnostics;
using Vma.Failures;

namespace Vma.Cli.Console;

/// <summary>Starts command lines that the user gave.</summary>
internal static class ShellCommand
{
    /// <exception cref="CommandException">There is no process for it.</exception>
    public static Process Start(string command, Action<ProcessStartInfo> prepare)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]);
        prepare(start);
        return Attempt.Or(() => Process.Start(start)!, (Win32Exception failure) => throw Doing.Failed($"cannot run '{EscapedText.Of(command)}'", failure));
    }
}
