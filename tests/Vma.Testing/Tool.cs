// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Testing;

/// <summary>Runs other programs.</summary>
public static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Skips the test where the program is not installed.</summary>
    public static void Need(string program) => Assert.SkipUnless(IsInstalled(program), $"needs {program}");

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <summary>Runs a program that must succeed, and gives its output.</summary>
    public static string Call(string program, params IEnumerable<string> arguments)
    {
        (int code, string output, string errors) = Try(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}: {errors}{output}");
    }

    public static (int Code, string Output, string Errors) Try(string program, params IEnumerable<string> arguments) =>
        Finish(new ProcessStartInfo(program, arguments));

    /// <summary>Runs it to its end, with nothing on its standard input.</summary>
    public static (int Code, string Output, string Errors) Finish(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)} does not end");
        }

        return (process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>What a command line such as <c>zstd -3</c> makes of its input; the test is skipped where the program is not installed.</summary>
    public static byte[] Run(string command, byte[] input)
    {
        string[] words = command.Split(' ');
        Need(words[0]);
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task feeding = Task.Run(() =>
        {
            using Stream into = process.StandardInput.BaseStream;
            into.Write(input);
        });
        var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {errors.Result}");
        feeding.GetAwaiter().GetResult();
        return output.ToArray();
    }

    /// <summary>The input in files of so many bytes, each compressed for itself, one behind the other.</summary>
    public static byte[] RunOnParts(string command, byte[] input, int length) => [.. input.Chunk(length).SelectMany(part => Run(command, part))];

    /// <summary>As <c>zstd FILE</c>, which writes the size of the content into the frame, where a pipe's is not known.</summary>
    public static byte[] RunOnFile(string command, byte[] input)
    {
        using var scratch = new Scratch();
        return Run($"{command} -c {scratch.File("archive", input)}", []);
    }

    /// <summary>What a compressor makes of a file; its options are separated by spaces.</summary>
    public static byte[] Compress(string command, string path) => Run(command + " -c", File.ReadAllBytes(path));
}
