// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Qemu.Images;

namespace Vma.Qemu.Tests.Images;

public sealed class Qcow2ImageTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(67108864)]
    [InlineData(536870912 + 512)]
    [InlineData(64L << 40)]
    public void An_image_is_sound_and_has_its_size(long size)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.OpenWrite(path))
            {
                Qcow2Image.Write(file, size);
            }

            Assert.Contains("No errors were found", Run("check", path), StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"({size} bytes)"), Run("info", path), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Run(string verb, string path)
    {
        Tool.Need("qemu-img");
        return Tool.Try("qemu-img", verb, "-f", "qcow2", path).Output;
    }
}
