// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Vma.Tests.Support;

/// <summary>A directory for one test, gone when it ends.</summary>
internal sealed class TempDirectory : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("vma-tests-").FullName;

    public string this[string name] => Path.Combine(_path, name);

    /// <summary>How much of the disk a file takes, as du tells it.</summary>
    public static long AllocatedBytes(string path)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
        string blocks = stat.StandardOutput.ReadToEnd();
        stat.WaitForExit();
        return long.Parse(blocks, CultureInfo.InvariantCulture) * 512;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
