// SPDX-License-Identifier: MIT

namespace Vma.Samples;

/// <summary>Raw disks and a configuration file become an archive.</summary>
public static class BackUpDisks
{
    public static VmaWriteReport Run(string archivePath, string configPath, IReadOnlyDictionary<string, string> diskPaths)
    {
        using var writer = new VmaWriter(new FileStream(archivePath, FileMode.CreateNew, FileAccess.Write));
        writer.AddConfig(Path.GetFileName(configPath), File.ReadAllBytes(configPath));

        var disks = new Dictionary<VmaDeviceWriter, IBlockSource>();
        try
        {
            foreach ((string name, string path) in diskPaths)
            {
                RawDisk disk = RawDisk.OpenRead(path);
                disks.Add(writer.AddDevice(name, disk.Length), disk);
            }

            writer.Copy(disks);
            return writer.Commit(); // without it the file is no archive
        }
        finally
        {
            foreach (IBlockSource disk in disks.Values)
            {
                disk.Dispose();
            }
        }
    }
}
