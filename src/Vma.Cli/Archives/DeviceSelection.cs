// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Cli.Console;
using Vma.Cli.Disks;

namespace Vma.Cli.Archives;

/// <summary>Finds devices by what a user types for them.</summary>
internal static class DeviceSelection
{
    private const string IdPrefix = "dev_id:";
    private const string DrivePrefix = "drive-";

    /// <summary>The devices of the names given with <c>-d</c>; all when none was given.</summary>
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
                    $"there is no device '{EscapedText.Of(typed)}' in the archive; there are: {NameList.Of(manifest.Devices.Select(device => device.Name))}");
            }

            selected.AddRange(found.Except(selected));
        }

        return selected;
    }

    /// <summary>All devices that <paramref name="typed"/> can mean: a name, or <c>dev_id:N</c> where names are not unique.</summary>
    public static IReadOnlyList<VmaDevice> Find(VmaManifest manifest, string typed)
    {
        VmaDevice[] exact = [.. manifest.Devices.Where(device => device.Name == typed)];
        if (exact.Length > 0)
        {
            return exact;
        }

        if (typed.StartsWith(IdPrefix, StringComparison.Ordinal)
            && byte.TryParse(typed.AsSpan(IdPrefix.Length), NumberStyles.None, null, out byte id))
        {
            return manifest.FindDevice(id) is { } device ? [device] : [];
        }

        return [.. manifest.Devices.Where(device => NameList.IsCalled(device.Name, typed))];
    }

    /// <summary>As a person may type it: <c>scsi0</c> for <c>drive-scsi0</c>.</summary>
    public static IReadOnlyList<VmaDevice> FindShort(VmaManifest manifest, string typed) =>
        Find(manifest, typed) is { Count: > 0 } found ? found : Find(manifest, DrivePrefix + typed);

    /// <summary>A name comes first: it can hold a colon itself.</summary>
    private static IReadOnlyList<VmaDevice> FindWithFormat(VmaManifest manifest, string typed, Dictionary<VmaDevice, string> formats)
    {
        IReadOnlyList<VmaDevice> found = FindShort(manifest, typed);
        int colon = typed.LastIndexOf(':');
        if (found.Count > 0 || colon <= 0 || !DiskFormats.IsKnown(typed[(colon + 1)..]))
        {
            return found;
        }

        found = FindShort(manifest, typed[..colon]);
        foreach (VmaDevice device in found)
        {
            formats[device] = typed[(colon + 1)..];
        }

        return found;
    }
}
