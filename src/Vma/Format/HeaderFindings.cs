// SPDX-License-Identifier: MIT

using static Vma.Format.HeaderLayout;

namespace Vma.Format;

/// <summary>What is odd about a header that can be used all the same.</summary>
internal static class HeaderFindings
{
    public static void Collect(ReadOnlySpan<byte> header, IEnumerable<VmaConfig> configs, IEnumerable<VmaDevice> devices, List<VmaFault> findings)
    {
        if (header.Length % VmaLayout.SectorSize != 0)
        {
            findings.Add(new(VmaFaultCode.HeaderNotAligned, HeaderSizeOffset, $"the header's size {header.Length} is not a multiple of 512"));
        }

        CheckReserved(header, Reserved1Offset, Reserved1Length, findings);
        CheckReserved(header, Reserved2Offset, Reserved2Length, findings);
        for (int id = 0; id < VmaLayout.DeviceSlots; id++)
        {
            int at = DevicesOffset + id * DeviceLength;
            CheckReserved(header, at + DeviceReserved1Offset, 4, findings);
            CheckReserved(header, at + DeviceReserved2Offset, DeviceReserved2Length, findings);
        }

        CheckNames("config", configs.Select(config => (config.Name, ConfigNamesOffset)), findings);
        CheckNames("device", devices.Select(device => (device.Name, DevicesOffset + device.Id * DeviceLength)), findings);
        foreach (VmaDevice device in devices.Where(device => device.DeclaredSize > VmaLayout.MaxDeviceSize))
        {
            int at = DevicesOffset + device.Id * DeviceLength + DeviceSizeOffset;
            string message = $"{device.DeclaredSize} bytes are more than clusters can address ({VmaLayout.MaxDeviceSize})";
            findings.Add(new(VmaFaultCode.DeviceTooLarge, at, message) { DeviceId = device.Id, DeviceName = device.Name });
        }
    }

    private static void CheckReserved(ReadOnlySpan<byte> header, int offset, int length, List<VmaFault> findings)
    {
        int at = header.Slice(offset, length).IndexOfAnyExcept((byte)0);
        if (at >= 0)
        {
            findings.Add(new(VmaFaultCode.ReservedNotZero, offset + at, "a reserved byte of the header is not zero"));
        }
    }

    private static void CheckNames(string kind, IEnumerable<(VmaName Name, int At)> names, List<VmaFault> findings)
    {
        var seen = new HashSet<VmaName>();
        foreach ((VmaName name, int at) in names)
        {
            if (!name.IsSafeFileName)
            {
                findings.Add(new(VmaFaultCode.UnsafeName, at, $"the {kind} name '{name}' is unfit for a file; its file is called '{name.FileName}'"));
            }

            if (!seen.Add(name))
            {
                findings.Add(new(VmaFaultCode.DuplicateName, at, $"two {kind}s are called '{name}'"));
            }
        }
    }
}
