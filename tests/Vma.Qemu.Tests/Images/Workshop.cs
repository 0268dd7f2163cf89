// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Qemu.Tests.Images;

/// <summary>A scratch directory with disk images in it, and the tools to make and look at them.</summary>
internal sealed class Workshop : Scratch
{
    public Workshop() => Tool.Need("qemu-img");

    /// <summary>Bytes in which every third block is zeros, and all blocks differ; the same for the same seed.</summary>
    public static byte[] Pattern(int length, int seed = 1) => Testing.Images.Striped(length, seed, every: 3);

    /// <summary>Runs a shell command in the directory; gives what it printed. It must succeed.</summary>
    public string Run(string command)
    {
        (int code, string output, string errors) = Tool.Finish(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = Path });
        Assert.True(code == 0, $"{command}: {errors}");
        return output;
    }
}
