// SPDX-License-Identifier: MIT

namespace Vma.Samples;

/// <summary>What an archive holds. Only the header is read, so this works on a pipe and takes no time on a large file.</summary>
public static class ListArchive
{
    public static void Run(string archivePath, TextWriter output)
    {
        using var reader = new VmaReader(File.OpenRead(archivePath));
        output.WriteLine($"{reader.Manifest.Uuid}, made {DateTimeOffset.FromUnixTimeSeconds(reader.Manifest.CreationTime):u}");
        foreach (VmaConfig config in reader.Manifest.Configs)
        {
            output.WriteLine($"config {config.Name}: {config.Data.Length} bytes");
        }

        foreach (VmaDevice device in reader.Manifest.Devices)
        {
            output.WriteLine($"{(device.IsMemoryState ? "RAM" : "disk")} {device.Name}: {device.Size} bytes");
        }
    }
}
