// SPDX-License-Identifier: MIT

using System.ComponentModel;
using Vma.Nbd;
using Vma.Qemu;
using Vma.Qemu.Guests.Ovf;

namespace Vma.Cli.Console;

/// <summary>Failures of the system, or of a program that the command uses, and their reasons in words that a user knows.</summary>
internal static class SystemFailure
{
    private const int BrokenPipe = 32; // EPIPE
    private const int FileTooLarge = 27; // EFBIG
    private const int MaxErrorNumber = 4095;

    public static bool Is(Exception failure) => failure is IOException or UnauthorizedAccessException;

    public static bool IsBrokenPipe(Exception failure) => failure is IOException && ErrorNumber(failure) == BrokenPipe;

    public static string ReasonOf(Exception failure) => failure switch
    {
        PathTooLongException => "file name too long",
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException { InnerException: IOException inner } => ReasonOf(inner),
        UnauthorizedAccessException => "permission denied, or it is a directory",
        EndOfStreamException => failure.Message,
        QemuException or NbdException or OvfException => OneLine(failure.Message), // their messages say more than their causes
        IOException when ErrorNumber(failure) is { } number => LowerFirst(new Win32Exception(number).Message),
        IOException { InnerException: { } inner } => ReasonOf(inner),
        _ => OneLine(failure.Message),
    };

    /// <summary>A text with its line ends made spaces, so that it stays one line.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings(" ");

    public static string LowerFirst(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    /// <summary>Whether the system refused to let a file grow (EFBIG), which the framework calls a wrong argument.</summary>
    public static bool IsFileTooLarge(ArgumentOutOfRangeException failure) => failure is { ParamName: "value", ActualValue: null };

    /// <summary>The failure that <see cref="IsFileTooLarge"/> found, with the system's number.</summary>
    public static IOException TooLarge(Exception cause) => new(new Win32Exception(FileTooLarge).Message, cause) { HResult = FileTooLarge };

    // On Unix the framework puts the system's error number into HResult where it knows no better one.
    private static int? ErrorNumber(Exception failure) => failure.HResult is > 0 and <= MaxErrorNumber ? failure.HResult : null;
}
