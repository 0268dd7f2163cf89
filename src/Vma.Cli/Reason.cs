// SPDX-License-Identifier: MIT

using System.ComponentModel;
using Vma.Nbd;
using Vma.Qemu;
using Vma.Qemu.Guests.Ovf;

namespace Vma.Cli;

/// <summary>Turns an exception of the framework into the system's words for it, as a user knows them.</summary>
internal static class Reason
{
    private const int BrokenPipe = 32;
    private const int MaxErrorNumber = 4095;

    public static string Of(Exception failure) => failure switch
    {
        PathTooLongException => "file name too long",
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        ArgumentOutOfRangeException when IsFileTooLarge(failure) => "file too large",
        UnauthorizedAccessException { InnerException: IOException inner } => Of(inner),
        UnauthorizedAccessException => "permission denied, or it is a directory",
        EndOfStreamException => failure.Message,
        QemuException or NbdException or OvfException => FirstLine(failure.Message), // they know better than what caused them
        IOException when ErrorNumber(failure) is { } number => LowerFirst(new Win32Exception(number).Message),
        IOException { InnerException: { } inner } => Of(inner),
        _ => FirstLine(failure.Message),
    };

    /// <summary>Whether the system refused to let a file grow (EFBIG), of which the framework makes a wrong argument of this name.</summary>
    public static bool IsFileTooLarge(Exception failure) => failure is ArgumentOutOfRangeException { ParamName: "value", ActualValue: null };

    public static bool IsBrokenPipe(Exception failure) => failure is IOException && ErrorNumber(failure) == BrokenPipe;

    // On Unix the framework puts the system's error number into HResult where it knows no better one.
    private static int? ErrorNumber(Exception failure) => failure.HResult is > 0 and <= MaxErrorNumber ? failure.HResult : null;

    private static string LowerFirst(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static string FirstLine(string text) => text.ReplaceLineEndings(" ");
}
