// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Restore;

/// <summary>
/// The directory that an archive is extracted to. Disks are written under a temporary name and get their own when everything is
/// restored; until then all is noted to be taken back.
/// </summary>
internal sealed class RestoreDirectory
{
    private const int MaxFileNameLength = 255;
    private const string TemporaryPrefix = "tmp-";

    /// <summary>No file of an archive is called so: a dot in front of a name is encoded.</summary>
    private const string TemporaryFile = ".tmp-config";

    private readonly string _path;
    private readonly Unfinished _unfinished;
    private readonly List<Action> _undo = [];

    private RestoreDirectory(string path, Unfinished unfinished) => (_path, _unfinished) = (path, unfinished);

    /// <summary>
    /// Makes the directory. One that exists must be empty, but for what a killed extract of the same archive left.
    /// </summary>
    /// <param name="path">The directory.</param>
    /// <param name="configs">The configs that go there.</param>
    /// <param name="disks">The names of all files that a disk could get, in whatever format.</param>
    /// <param name="unfinished">Takes note of what to take back.</param>
    public static RestoreDirectory Create(string path, IReadOnlyList<VmaConfig> configs, IEnumerable<string> disks, Unfinished unfinished)
    {
        var directory = new RestoreDirectory(path, unfinished);
        try
        {
            bool isNew = !Path.Exists(path);
            if (isNew)
            {
                directory._undo.Add(unfinished.AddDirectory(path));
                Directory.CreateDirectory(path);
            }

            if (!Posix.TryLockDirectory(path))
            {
                throw CommandException.Failed($"another vma is extracting to '{ArchiveFile.Escape(path)}'");
            }

            if (!isNew)
            {
                FindLeftovers(path, configs, [.. disks.Select(TemporaryNameOf)]).ForEach(File.Delete);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot create directory '{ArchiveFile.Escape(path)}': {Reason.Of(failure)}", failure);
        }

        return directory;
    }

    /// <summary>Writes a config under its own name, whole or not at all.</summary>
    public void WriteConfig(VmaConfig config) => WriteFile(config.Name.FileName, config.Data.Span.ToArray());

    /// <summary>Writes a small file, whole or not at all.</summary>
    public void WriteFile(string fileName, byte[] data)
    {
        string final = Path.Combine(_path, fileName);
        string temporary = Path.Combine(_path, TemporaryFile);
        Guarded(final, () =>
        {
            Action undoTemporary = _unfinished.AddFile(temporary);
            File.WriteAllBytes(temporary, data);
            _unfinished.Finish(
                () =>
                {
                    File.Move(temporary, final, overwrite: true);
                    _undo.Add(_unfinished.AddFile(final));
                },
                undoTemporary);
            return true;
        });
    }

    /// <summary>Makes the file that a device is restored to, all of it a hole.</summary>
    public RestoreTarget CreateDisk(VmaDevice device, ImageFormat format, RawDiskOptions options) => CreateDisk(device, FileNameOf(device, format), device.Size, format, options);

    /// <summary>As the other, with a name and a length of its own.</summary>
    public RestoreTarget CreateDisk(VmaDevice device, string fileName, long length, ImageFormat format, RawDiskOptions options)
    {
        string final = Path.Combine(_path, fileName);
        string temporary = Path.Combine(_path, TemporaryNameOf(fileName));
        return Guarded(temporary, () =>
        {
            // Noted first: a signal may come between the two.
            _undo.Add(_unfinished.AddFile(temporary));

            // Nothing is taken back meanwhile: another program may be making the file, and would make it again.
            IBlockTarget? disk = null;
            _unfinished.Finish(() => disk = format.Create(temporary, length, options));
            return new RestoreTarget(device, temporary, final, format.Format, disk!, disk!);
        });
    }

    /// <summary>Everything is restored: the files get their names, and nothing is taken back any more.</summary>
    public void Commit(IEnumerable<RestoreTarget> targets) => _unfinished.Complete(
        () =>
        {
            foreach (RestoreTarget target in targets.Where(target => target.FinalPath is not null))
            {
                Guarded(target.FinalPath!, () =>
                {
                    File.Move(target.Path, target.FinalPath!, overwrite: false);
                    return true;
                });
            }
        },
        _undo);

    public static string FileNameOf(VmaDevice device, ImageFormat format) => device.IsMemoryState ? "vmstate.bin" : $"disk-{device.Name.FileName}{format.Extension}";

    /// <summary>The names that a device's file has in any format.</summary>
    public static IEnumerable<string> FileNamesOf(VmaDevice device) => DiskFormats.Writable.Select(format => FileNameOf(device, new ImageFormat(format, null))).Distinct();

    public static string TemporaryNameOf(string fileName) => TemporaryPrefix + fileName;

    /// <summary>Refuses what cannot all be in one directory.</summary>
    public static void ThrowIfNamesClash(IReadOnlyList<VmaConfig> configs, IReadOnlyList<VmaDevice> devices, Func<VmaDevice, ImageFormat> formatOf)
    {
        if (devices.GroupBy(device => device.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            string ids = string.Join(", ", twice.Select(device => $"dev_id:{device.Id}"));
            throw CommandException.Failed($"{twice.Count()} devices are called '{twice.Key}'; choose one of them with -d: {ids}");
        }

        string[] disks = [.. devices.Select(device => FileNameOf(device, formatOf(device)))];
        string[] names = [.. configs.Select(config => config.Name.FileName), .. disks, .. disks.Select(TemporaryNameOf)];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } clash)
        {
            throw CommandException.Failed($"two files would be called '{ArchiveFile.Escape(clash.Key)}'; leave the configs out with --no-configs and print them with 'vma config', or choose devices with -d");
        }

        if (names.FirstOrDefault(name => System.Text.Encoding.UTF8.GetByteCount(name) > MaxFileNameLength) is { } tooLong)
        {
            throw CommandException.Failed($"a file's name would be too long: '{ArchiveFile.Escape(tooLong)}'; leave it out with --no-configs or -d");
        }
    }

    /// <summary>Refuses a directory that holds anything else.</summary>
    public static void ThrowIfUnusable(string path, IReadOnlyList<VmaConfig> configs, IEnumerable<string> disks)
    {
        try
        {
            if (Path.Exists(path))
            {
                FindLeftovers(path, configs, [.. disks.Select(TemporaryNameOf)]);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot create directory '{ArchiveFile.Escape(path)}': {Reason.Of(failure)}", failure);
        }
    }

    /// <summary>What a killed extract left; there may be nothing else.</summary>
    private static List<string> FindLeftovers(string path, IReadOnlyList<VmaConfig> configs, HashSet<string> temporaryDisks)
    {
        var leftovers = new List<string>();
        foreach (string entry in Directory.EnumerateFileSystemEntries(path))
        {
            string name = Path.GetFileName(entry);
            bool isTemporary = name == TemporaryFile || temporaryDisks.Contains(name);
            if (!isTemporary && !configs.Any(config => config.Name.FileName == name && HoldsJust(entry, config.Data.Span)))
            {
                throw CommandException.Failed($"'{ArchiveFile.Escape(path)}' is not empty: '{ArchiveFile.Escape(name)}' is there; extract to a new directory");
            }

            leftovers.Add(entry);
        }

        return leftovers;
    }

    private static bool HoldsJust(string path, ReadOnlySpan<byte> data)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && file.Length == data.Length && FileStatus.KindOf(path) == FileKind.Regular && File.ReadAllBytes(path).AsSpan().SequenceEqual(data);
    }

    private static T Guarded<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot write '{ArchiveFile.Escape(path)}': {Reason.Of(failure)}", failure);
        }
    }
}
