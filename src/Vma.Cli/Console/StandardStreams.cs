// SPDX-License-Identifier: MIT

using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Vma.Cli.Console;

/// <summary>What the streams that the process was given are called as operands.</summary>
internal static class StandardStreams
{
    /// <summary>Standard input as an archive's name.</summary>
    public const string Input = "-";

    private const int OutputDescriptor = 1;

    /// <summary>Whether a file that is read line by line is standard input.</summary>
    public static bool IsInput(string path) => path is Input or "/dev/stdin";

    public static bool IsOutput(string path) => DescriptorOf(path) == OutputDescriptor;

    /// <summary>The descriptor that an output's name means. The shell opened it; opening it again would cut a file, or write from its start.</summary>
    public static int? DescriptorOf(string path) => path switch
    {
        "-" or "/dev/stdout" => OutputDescriptor,
        "/dev/stderr" => 2,
        _ => NumberBehind(path, "/dev/fd/") ?? NumberBehind(path, "/proc/self/fd/"),
    };

    /// <summary>Opens standard input; closing the stream leaves it open.</summary>
    public static Stream OpenInput() => Descriptors.CanRead(0)
        ? Descriptors.WidenPipe(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0))
        : throw CommandException.Failed("cannot read standard input: it is closed");

    private static int? NumberBehind(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(path.AsSpan(prefix.Length), NumberStyles.None, null, out int number) ? number : null;
}
