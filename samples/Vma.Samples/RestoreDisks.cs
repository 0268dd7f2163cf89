// SPDX-License-Identifier: MIT

namespace Vma.Samples;

/// <summary>An archive's configs and disks become files in a directory.</summary>
public static class RestoreDisks
{
    public static VmaReadReport Run(string archivePath, string directory)
    {
        using var reader = new VmaReader(File.OpenRead(archivePath));
        foreach (VmaConfig config in reader.Manifest.Configs)
        {
            // FileName, not ToString: a name out of an archive can hold anything, also "../".
            File.WriteAllBytes(Path.Combine(directory, config.Name.FileName), config.Data.Span);
        }

        var targets = new Dictionary<VmaDevice, IBlockTarget>();
        try
        {
            foreach (VmaDevice device in reader.Manifest.Devices.Where(device => !device.IsMemoryState))
            {
                targets.Add(device, RawDisk.Create(Path.Combine(directory, $"{device.Name.FileName}.raw"), device.Size));
            }

            return VmaExtract.Run(reader, targets); // throws VmaException when the archive is damaged
        }
        finally
        {
            foreach (IBlockTarget target in targets.Values)
            {
                target.Dispose();
            }
        }
    }
}
