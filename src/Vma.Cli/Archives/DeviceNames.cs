// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Qemu.Guests;

namespace Vma.Cli.Archives;

/// <summary>Names of devices and configs, as they are shown and as a user types them.</summary>
internal static class DeviceNames
{
    /// <summary>What stands in front of a device's id where its name is not unique.</summary>
    public const string IdPrefix = "dev_id:";

    public static string List(IEnumerable<VmaName> names) => string.Join(", ", names.Select(name => $"'{name}'")) is { Length: > 0 } list ? list : "none";

    /// <summary>Devices of one name, by what tells them apart.</summary>
    public static string ListIds(IEnumerable<VmaDevice> devices) => string.Join(", ", devices.Select(device => $"{IdPrefix}{device.Id}"));

    /// <summary>Whether <paramref name="typed"/> is the name itself, the name as it is shown, or the name of its file.</summary>
    public static bool IsCalled(VmaName name, string typed) => name == typed || name.ToString() == typed || name.FileName == typed;

    /// <summary>A device's name without what Proxmox VE puts in front: <c>scsi0</c> for <c>drive-scsi0</c>.</summary>
    public static string ShortOf(string name) =>
        name.StartsWith(GuestDisk.DevicePrefix, StringComparison.Ordinal) ? name[GuestDisk.DevicePrefix.Length..] : name;

    /// <summary>All devices that <paramref name="typed"/> can mean: a name, or <c>dev_id:N</c> where names are not unique.</summary>
    public static IReadOnlyList<VmaDevice> Find(VmaManifest manifest, string typed)
    {
        VmaDevice[] exact = [.. manifest.Devices.Where(device => device.Name == typed)];
        byte id = 0;
        bool isId = typed.StartsWith(IdPrefix, StringComparison.Ordinal) && byte.TryParse(typed.AsSpan(IdPrefix.Length), NumberStyles.None, null, out id);
        return exact.Length > 0 ? exact : [.. manifest.Devices.Where(device => isId ? device.Id == id : IsCalled(device.Name, typed))];
    }

    /// <summary>As a person may type it: <c>scsi0</c> for <c>drive-scsi0</c>.</summary>
    public static IReadOnlyList<VmaDevice> FindShort(VmaManifest manifest, string typed) =>
        Find(manifest, typed) is { Count: > 0 } found ? found : Find(manifest, GuestDisk.DevicePrefix + typed);

    /// <summary>The one device that a user's word means.</summary>
    public static VmaDevice Single(VmaManifest manifest, string path, string typed)
    {
        IReadOnlyList<VmaDevice> found = FindShort(manifest, typed);
        string name = ArchiveFile.DisplayName(path), shown = EscapedText.Of(typed);
        return found.Count switch
        {
            1 => found[0],
            0 => throw CommandException.Usage($"{name}: there is no device '{shown}'; there are: {List(manifest.Devices.Select(device => device.Name))}"),
            _ => throw CommandException.Usage($"{name}: '{shown}' is the name of {found.Count} devices; say {IdPrefix}N"),
        };
    }
}
