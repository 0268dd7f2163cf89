// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Tests.Support;

/// <summary>Runs the compressors of the field, as a pipe.</summary>
internal static class Tool
{
    /// <summary>What a command line such as <c>zstd -3</c> makes of its input.</summary>
    public static byte[] Run(string command, byte[] input)
    {
        string[] words = command.Split(' ');
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Task feeding = Task.Run(() =>
        {
            using Stream into = process.StandardInput.BaseStream;
            into.Write(input);
        });
        var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {errors.GetAwaiter().GetResult()}");
        feeding.GetAwaiter().GetResult();
        return output.ToArray();
    }

    /// <summary>The input in files of so many bytes, each compressed for itself, one behind the other.</summary>
    public static byte[] RunOnParts(string command, byte[] input, int length) => [.. input.Chunk(length).SelectMany(part => Run(command, part))];

    /// <summary>As <c>zstd FILE</c>, which writes the size of the content into the frame, where a pipe's is not known.</summary>
    public static byte[] RunOnFile(string command, byte[] input)
    {
        using var directory = new TempDirectory();
        File.WriteAllBytes(directory["archive"], input);
        return Run($"{command} -c {directory["archive"]}", []);
    }
}
