// SPDX-License-Identifier: MIT

namespace Vma.Samples;

/// <summary>Everything that can be trusted of a damaged archive, and which bytes are lost.</summary>
public static class SalvageDisks
{
    public static VmaSalvageReport Run(string archivePath, string directory, TextWriter output)
    {
        using var archive = new VmaSalvageReader(File.OpenRead(archivePath));
        var disks = new Dictionary<VmaDevice, RawDisk>();
        try
        {
            VmaSalvageReport report = VmaSalvage.Run(archive, Open);
            foreach (VmaSalvagedDevice device in report.Devices)
            {
                disks[device.Device].SetLength(device.Length);
                output.WriteLine($"{device.Device.Name}: {device.Length} bytes, {device.LostBytes} of them lost");
            }

            return report;
        }
        finally
        {
            foreach (RawDisk disk in disks.Values)
            {
                disk.Dispose();
            }
        }

        // The disk grows as it is written when a damaged header does not tell how long it is.
        RawDisk Open(VmaDevice device) =>
            disks[device] = RawDisk.Create(Path.Combine(directory, $"{device.Name.FileName}.raw"), archive.HeaderFault is null ? device.Size : 0);
    }
}
