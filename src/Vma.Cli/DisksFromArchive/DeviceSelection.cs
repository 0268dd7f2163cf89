// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;

namespace Vma.Cli.DisksFromArchive;

/// <summary>The devices that a user names with <c>-d</c>, and the formats that the user gives them.</summary>
internal static class DeviceSelection
{
    /// <summary>The devices of the names; all when no name was given.</summary>
    /// <param name="manifest">What there is.</param>
    /// <param name="lists">What was typed: names, and behind a colon the format that a disk gets.</param>
    /// <param name="formats">Is filled with the formats.</param>
    public static IReadOnlyList<VmaDevice> Select(VmaManifest manifest, IReadOnlyList<string> lists, Dictionary<VmaDevice, string> formats)
    {
        if (lists.Count == 0)
        {
            return manifest.Devices;
        }

        var selected = new List<VmaDevice>();
        foreach (string typed in lists.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            IReadOnlyList<VmaDevice> found = FindWithFormat(manifest, typed, formats);
            if (found.Count == 0)
            {
                throw CommandException.Usage(
                    $"there is no device '{EscapedText.Of(typed)}' in the archive; "
                    + $"there are: {DeviceNames.List(manifest.Devices.Select(device => device.Name))}");
            }

            selected.AddRange(found.Except(selected));
        }

        return selected;
    }

    /// <summary>A name comes first: it can hold a colon itself.</summary>
    private static IReadOnlyList<VmaDevice> FindWithFormat(VmaManifest manifest, string typed, Dictionary<VmaDevice, string> formats)
    {
        IReadOnlyList<VmaDevice> found = DeviceNames.FindShort(manifest, typed);
        int colon = typed.LastIndexOf(':');
        if (found.Count > 0 || colon <= 0 || !DiskFormats.IsKnown(typed[(colon + 1)..]))
        {
            return found;
        }

        found = DeviceNames.FindShort(manifest, typed[..colon]);
        foreach (VmaDevice device in found)
        {
            formats[device] = typed[(colon + 1)..];
        }

        return found;
    }
}
