// SPDX-License-Identifier: MIT

namespace Vma.Cli.Tests.Support;

/// <summary>Other programs that the tests compare with.</summary>
internal static class Tool
{
    /// <summary>Skips the test where the program is not installed.</summary>
    public static void Need(string name) => Assert.SkipUnless(VmaCall.Shell("command -v \"$1\"", name).Run().ExitCode == 0, $"needs {name}");

    /// <summary>What a compressor makes of a file; its options are separated by spaces.</summary>
    public static byte[] Compress(string command, string path)
    {
        Need(command.Split(' ')[0]);
        return VmaCall.Shell($"exec {command} -c < \"$1\"", path).Run().Succeeded().OutputBytes;
    }
}
