// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.EndToEnd.Support;

/// <summary>The native command.</summary>
internal static class Command
{
    public static string Path { get; } = Places.Executable;

    public static (int Code, string Output, string Errors) Run(params IEnumerable<string> arguments) => Tool.Try(Path, arguments);

    public static Process Start(params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
}
