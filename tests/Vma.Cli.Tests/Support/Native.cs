// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;

namespace Vma.Cli.Tests.Support;

/// <summary>The system calls that the tests need.</summary>
internal static partial class Native
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    private const int UnreadBytes = 0x541B; // FIONREAD
    private const nint DefaultHandler = 0;
    private const nint IgnoringHandler = 1;

    public static void Signal(int process, int signal) => Check(SendSignal(process, signal));

    public static bool IsAlive(int process) => SendSignal(process, 0) == 0;

    /// <summary>Whether a process has a handler of its own for a signal by now.</summary>
    public static bool Catches(int process, int signal) => IsIn("SigCgt:", process, signal);

    /// <summary>Whether a process was sent a signal that has not reached it yet.</summary>
    public static bool IsPending(int process, int signal) => IsIn("ShdPnd:", process, signal);

    /// <summary>How many bytes in a pipe were not read yet.</summary>
    public static int Unread(SafeHandle pipe)
    {
        int count = 0;
        Check(Control(pipe, UnreadBytes, ref count));
        return count;
    }

    /// <summary>
    /// What runs in the background of a script ignores SIGINT, and so would all of its children; a test that sends one needs it heeded.
    /// </summary>
    public static void HeedInterrupts()
    {
        nint old = SetHandler(Interrupt, DefaultHandler);
        if (old != IgnoringHandler)
        {
            SetHandler(Interrupt, old);
        }
    }

    private static bool IsIn(string set, int process, int signal)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(set, StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan(set.Length), NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite,
            CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeHandle file, nuint request, ref int value);
}
