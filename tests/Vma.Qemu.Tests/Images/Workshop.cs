// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Vma.Qemu.Tests.Images;

/// <summary>A directory for one test with disk images in it, and the tools to make and look at them.</summary>
internal sealed class Workshop : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vma-q-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Bytes in which every third block is zeros, and all blocks differ; the same for the same seed.</summary>
    public static byte[] Pattern(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        for (int at = 0; at < length; at += 3 * 4096)
        {
            bytes.AsSpan(at, Math.Min(4096, length - at)).Clear();
        }

        return bytes;
    }

    public string File(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Runs a shell command in the directory; gives what it printed. It must succeed.</summary>
    public string Run(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {error.Result}");
        return output;
    }

    /// <summary>The processes that were given this directory on their command line.</summary>
    public IEnumerable<string> Processes()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(one => int.TryParse(System.IO.Path.GetFileName(one), CultureInfo.InvariantCulture, out _)))
        {
            string command;
            try
            {
                command = System.IO.File.ReadAllText($"{directory}/cmdline").Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue;
            }

            if (command.Contains(Path, StringComparison.Ordinal))
            {
                yield return command;
            }
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
