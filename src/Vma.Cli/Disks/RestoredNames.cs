// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Archives;

namespace Vma.Cli.Disks;

/// <summary>What the files of restored devices are called.</summary>
internal static class RestoredNames
{
    public const string MemoryState = "vmstate.bin";
    public const string DiskPrefix = "disk-";
    private const string TemporaryPrefix = "tmp-";
    private const int MaxFileNameLength = 255;

    public static string FileOf(VmaDevice device, ImageFormat format) =>
        device.IsMemoryState ? MemoryState : DiskPrefix + device.Name.FileName + format.Extension;

    /// <summary>The names that a device's file has in any format.</summary>
    public static IEnumerable<string> FilesOf(VmaDevice device) =>
        DiskFormats.Writable.Select(format => FileOf(device, new ImageFormat(format, null))).Distinct();

    /// <summary>The name until all is restored.</summary>
    public static string TemporaryOf(string fileName) => TemporaryPrefix + fileName;

    /// <summary>Refuses what cannot all be in one directory.</summary>
    public static void ThrowIfClashing(IReadOnlyList<VmaConfig> configs, IReadOnlyList<VmaDevice> devices, Func<VmaDevice, ImageFormat> formatOf)
    {
        if (devices.GroupBy(device => device.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw CommandException.Failed($"{twice.Count()} devices are called '{twice.Key}'; choose one of them with -d: {DeviceNames.ListIds(twice)}");
        }

        string[] disks = [.. devices.Select(device => FileOf(device, formatOf(device)))];
        string[] names = [.. configs.Select(config => config.Name.FileName), .. disks, .. disks.Select(TemporaryOf)];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } clash)
        {
            throw CommandException.Failed(
                $"two files would be called '{EscapedText.Of(clash.Key)}'; leave the configs out with --no-configs and print them with 'vma config', "
                + "or choose devices with -d");
        }

        if (names.FirstOrDefault(name => Encoding.UTF8.GetByteCount(name) > MaxFileNameLength) is { } tooLong)
        {
            throw CommandException.Failed($"a file's name would be too long: '{EscapedText.Of(tooLong)}'; leave it out with --no-configs or -d");
        }
    }
}
