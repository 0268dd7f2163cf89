// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.EndToEnd.Support;

internal static class Tools
{
    /// <summary>Runs a program that must succeed, and gives its output.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        (int code, string output, string errors) = Try(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} ended with {code}: {errors}");
    }

    public static (int Code, string Output, string Errors) Try(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
