// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Archives;
using Vma.Cli.Disks;
using Vma.Qemu.Guests;

namespace Vma.Cli.Restore;

/// <summary>What starts a guest whose disks were restored to a directory.</summary>
internal static class GuestFiles
{
    public const string ScriptName = "start.sh";
    public const string DomainName = "domain.xml";

    /// <summary>The guest as its archive describes it, and the paths of its disks, by their keys in the config.</summary>
    public static (GuestConfig Config, Dictionary<string, string> Files) Read(VmaManifest manifest, string archive, string directory)
    {
        VmaConfig text = manifest.FindConfig(GuestConfig.FileName)
            ?? throw CommandException.Failed(
                $"{ArchiveFile.DisplayName(archive)}: there is no {GuestConfig.FileName} in it that tells what the guest is; "
                + "'vma extract' restores its disks");
        var config = GuestConfig.Parse(text.Data.Span);
        string full = Path.GetFullPath(directory);
        var files = config.Disks
            .Select(disk => (disk.Key, Device: manifest.FindDevice(disk.DeviceName)))
            .Where(disk => disk.Device is not null)
            .ToDictionary(disk => disk.Key, disk => Path.Combine(full, RestoredNames.FileOf(disk.Device!, ImageFormat.Raw)));
        return (config, files);
    }

    /// <summary>A shell script that starts QEMU. Settings of the config that are not in it are added to <paramref name="notes"/>.</summary>
    public static byte[] Script(GuestConfig config, Dictionary<string, string> files, List<string> notes)
    {
        QemuCommandLine line = QemuArguments.Build(config, files.Select(file => QemuDisk.Raw(file.Key, file.Value)), new QemuOptions { UserNetwork = true });
        notes.AddRange(line.Notes);
        IEnumerable<string> quoted = line.Arguments.Select(QuotedText.ForShell);
        return Encoding.UTF8.GetBytes($"#!/bin/sh\nexec \"${{QEMU:-qemu-system-x86_64}}\" {string.Join(" \\\n    ", quoted)} \"$@\"\n");
    }

    /// <summary>A domain for libvirt.</summary>
    /// <exception cref="CommandException">A path cannot stand in XML.</exception>
    public static byte[] Domain(GuestConfig config, Dictionary<string, string> files)
    {
        try
        {
            return Encoding.UTF8.GetBytes(LibvirtDomain.Format(config, "restored", files));
        }
        catch (ArgumentException invalid)
        {
            throw CommandException.Failed(EscapedText.Of($"no domain for libvirt can be made: {invalid.Message}"), invalid);
        }
    }
}
