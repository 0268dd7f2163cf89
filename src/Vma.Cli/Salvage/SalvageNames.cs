// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Disks;

namespace Vma.Cli.Salvage;

/// <summary>Gives each device a file name of its own: what can be saved is never left out for its name.</summary>
internal sealed class SalvageNames
{
    /// <summary>In bytes; less than file systems allow, so that there is room for the prefixes and extensions that are added.</summary>
    private const int MaxFileNameLength = 200;
    private const int DeviceIds = 256;

    private readonly HashSet<string> _taken;

    public SalvageNames(IEnumerable<string> taken) => _taken = [.. taken];

    public static bool IsTooLong(string fileName) => Encoding.UTF8.GetByteCount(fileName) > MaxFileNameLength;

    public static string MapFileOf(string disk) => Path.ChangeExtension(disk, ".map");

    /// <summary>All names that disks can get, also disks that are found only among the extents.</summary>
    public static IEnumerable<string> Possible(IEnumerable<VmaDevice> devices) =>
    [
        .. devices.Select(device => RestoredNames.FileOf(device, ImageFormat.Raw)),
        .. Enumerable.Range(0, DeviceIds).SelectMany(id => new[] { $"disk-device-{id}.raw", WithoutName(id) }),
    ];

    public string Next(VmaDevice device)
    {
        string name = RestoredNames.FileOf(device, ImageFormat.Raw);
        if (!IsTooLong(name) && TryTake(name))
        {
            return name;
        }

        name = WithoutName(device.Id);
        while (!TryTake(name))
        {
            name = $"again-{name}";
        }

        return name;
    }

    private static string WithoutName(int id) => $"disk-dev_id{id}.raw";

    /// <summary>Takes a disk's name and the names of the files that belong to it.</summary>
    private bool TryTake(string name)
    {
        string[] files = [name, MapFileOf(name), RestoredNames.TemporaryOf(name)];
        if (files.Any(_taken.Contains))
        {
            return false;
        }

        _taken.UnionWith(files);
        return true;
    }
}
