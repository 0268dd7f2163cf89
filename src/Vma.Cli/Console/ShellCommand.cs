// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Diagnostics;

namespace Vma.Cli.Console;

/// <summary>Starts command lines that the user gave.</summary>
internal static class ShellCommand
{
    /// <exception cref="CommandException">There is no process for it.</exception>
    public static Process Start(string command, Action<ProcessStartInfo> prepare)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]);
        prepare(start);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw Doing.Failed($"cannot run '{EscapedText.Of(command)}'", failure);
        }
    }
}
