// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Archives;
using Vma.Nbd;

namespace Vma.Cli.Exports;

/// <summary>The disks that are served, each under the name of its export. Their archives are closed with this.</summary>
internal sealed class ServedDisks(SeekableRequest access, CommandContext context) : IDisposable
{
    private const int LongestName = 4096; // the NBD protocol's limit, in bytes
    private const int ShownOfLongName = 40;

    private readonly Dictionary<string, VmaArchive> _archives = [];
    private readonly List<ServedDisk> _disks = [];

    public IReadOnlyList<ServedDisk> Disks => _disks;

    /// <summary>Takes all disks of the archives, and the single ones of <c>--export</c>.</summary>
    /// <exception cref="CommandException">There is none, two would have one name, or an archive cannot be opened.</exception>
    public void AddAll(string[] files, string[] exports)
    {
        CommandException.UsageIf(files.Length + exports.Length == 0, "FILE is missing; see 'vma serve --help'");

        ExportArgument[] single = [.. exports.Select(ExportArgument.Parse)];
        string[] whole = [.. files.Distinct()];
        Array.ForEach(whole, file => AddAll(file, withArchiveName: whole.Length > 1));
        Array.ForEach(single, Add);
        CommandException.UsageIf(_disks.Count == 0, "there is no disk in what was named; the RAM of a guest is not served");
    }

    public void Dispose()
    {
        foreach (VmaArchive archive in _archives.Values)
        {
            archive.Dispose();
        }
    }

    /// <summary>All disks by their devices' names, with the archive's name in front when there are several. RAM state is no disk.</summary>
    private void AddAll(string path, bool withArchiveName)
    {
        VmaArchive archive = Open(path);
        string prefix = withArchiveName ? NameOf(path) + "/" : string.Empty;
        foreach (VmaDevice device in archive.Manifest.Devices.Where(device => !device.IsMemoryState))
        {
            bool isUnique = archive.Manifest.Devices.Count(other => other.Name == device.Name) == 1;
            Add(prefix + device.Name + (isUnique ? string.Empty : $"-{device.Id}"), path, archive, device);
        }
    }

    private void Add(ExportArgument argument)
    {
        VmaArchive archive = Open(argument.Archive);
        Add(argument.Name, argument.Archive, archive, DeviceNames.Single(archive.Manifest, argument.Archive, argument.Disk));
    }

    /// <summary>An archive by its path, opened once.</summary>
    public VmaArchive Open(string path)
    {
        if (!_archives.TryGetValue(path, out VmaArchive? archive))
        {
            archive = SeekableArchive.Open(path, access, context);
            _archives.Add(path, archive);
        }

        return archive;
    }

    private void Add(string name, string path, VmaArchive archive, VmaDevice device)
    {
        CommandException.UsageIf(_disks.Any(disk => disk.Export.Name == name),
            $"two disks would be called '{EscapedText.Of(name)}'; give one another name with --export NAME=ARCHIVE:DISK");

        if (Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            throw CommandException.Usage(
                $"'{EscapedText.Of(name[..ShownOfLongName])}…' is too long for an export's name; give it another with --export NAME=ARCHIVE:DISK");
        }

        string description = $"{NameOf(path)}: {device.Name}";
        var export = new NbdExport(name, ArchiveFile.Located(path, () => archive.OpenDisk(device)))
        {
            Description = Encoding.UTF8.GetByteCount(description) > LongestName ? string.Empty : description,
            PreferredBlockSize = VmaCluster.Size,
            MaxRequestsInFlight = archive.Parallelism,
        };
        _disks.Add(new ServedDisk(export, path, device));
    }

    /// <summary>The file's name without the extensions of archives.</summary>
    private static string NameOf(string path)
    {
        string name = Path.GetFileName(path);
        int end = name.IndexOf(".vma", StringComparison.OrdinalIgnoreCase);
        return EscapedText.Of(end > 0 ? name[..end] : name);
    }
}

/// <summary>A disk, as it is served.</summary>
internal sealed record ServedDisk(NbdExport Export, string Archive, VmaDevice Device);
