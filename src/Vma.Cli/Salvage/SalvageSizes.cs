// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Salvage;

/// <summary>The disks that <c>--size</c> means, known before anything is written.</summary>
internal static class SalvageSizes
{
    private const string InventedPrefix = "device-";

    /// <summary>Sizes by the devices' own names.</summary>
    /// <exception cref="CommandException">There is no such device, and none can turn up, or two sizes are for one.</exception>
    public static IReadOnlyDictionary<VmaName, long> Resolve(SalvageRequest request, VmaSalvageReader archive)
    {
        var sizes = new Dictionary<VmaName, long>();
        foreach ((VmaName typed, long size) in request.Sizes)
        {
            if (!sizes.TryAdd(NameOf(request, archive, typed), size))
            {
                throw CommandException.Usage($"--size is given twice for '{typed}'");
            }
        }

        return sizes;
    }

    private static VmaName NameOf(SalvageRequest request, VmaSalvageReader archive, VmaName typed)
    {
        string text = typed.ToString();
        if (DeviceNames.FindShort(archive.Manifest, text) is [var device, ..])
        {
            return device.Name;
        }

        // A device that a damaged header has lost is called by its id in the extents.
        string id = text.StartsWith(DeviceNames.IdPrefix, StringComparison.Ordinal) ? text[DeviceNames.IdPrefix.Length..]
            : text.StartsWith(InventedPrefix, StringComparison.Ordinal) ? text[InventedPrefix.Length..] : string.Empty;
        return archive.HeaderFault is not null && byte.TryParse(id, out byte number) ? $"{InventedPrefix}{number}" : throw CommandException.Usage(
            $"{ArchiveFile.DisplayName(request.File)}: --size is given for '{typed}', but there is no such disk; there are: "
            + DeviceNames.List(archive.Manifest.Devices.Select(one => one.Name)));
    }
}
