// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Disks;

/// <summary>
/// The directory that an archive is extracted to. Disks are written under a temporary name and get their own when everything is
/// restored; until then all is noted to be taken back. What is made here only its owner can read.
/// </summary>
internal sealed class RestoreDirectory(string path, Unfinished unfinished)
{
    /// <summary>No file of an archive is called so: a dot in front of a name is encoded.</summary>
    private const string TemporaryFile = ".tmp-config";

    private readonly List<Action> _undo = [];

    /// <summary>Makes the directory. One that exists must be empty, but for what a killed extract of the same archive left.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="configs">The configs that go there.</param>
    /// <param name="disks">The names of all files that a disk could get, in whatever format.</param>
    /// <param name="unfinished">Takes note of what to take back.</param>
    public static RestoreDirectory Create(string path, IReadOnlyList<VmaConfig> configs, IEnumerable<string> disks, Unfinished unfinished)
    {
        var directory = new RestoreDirectory(path, unfinished);
        Doing.With("create directory", path, () =>
        {
            bool isNew = !Path.Exists(path);
            if (isNew)
            {
                directory._undo.Add(unfinished.AddDirectory(path));
                PrivateFile.CreateDirectory(path);
            }

            CommandException.FailIf(!DirectoryLock.TryTake(path), $"another vma is extracting to '{EscapedText.Of(path)}'");

            if (!isNew)
            {
                FindLeftovers(path, configs, disks).ForEach(File.Delete);
            }
        });
        return directory;
    }

    /// <summary>Refuses a directory that holds anything else.</summary>
    public static void ThrowIfUnusable(string path, IReadOnlyList<VmaConfig> configs, IEnumerable<string> disks)
    {
        if (Path.Exists(path))
        {
            Doing.With("create directory", path, () => FindLeftovers(path, configs, disks));
        }
    }

    /// <summary>Writes a config under its own name, whole or not at all.</summary>
    public void WriteConfig(VmaConfig config) => WriteFile(config.Name.FileName, config.Data.Span.ToArray());

    /// <summary>Writes a small file, whole or not at all.</summary>
    public void WriteFile(string fileName, byte[] data)
    {
        string final = Path.Combine(path, fileName);
        string temporary = Path.Combine(path, TemporaryFile);
        Doing.With("write", final, () =>
        {
            Action undoTemporary = unfinished.AddFile(temporary);
            PrivateFile.Write(temporary, data);
            unfinished.Finish(
                () =>
                {
                    FinalName.Give(temporary, final);
                    _undo.Add(unfinished.AddFile(final));
                },
                undoTemporary);
        });
    }

    /// <summary>Makes the file that a device is restored to, all of it a hole.</summary>
    public RestoreTarget CreateDisk(VmaDevice device, ImageFormat format, RawDiskOptions options) =>
        CreateDisk(device, RestoredNames.FileOf(device, format), device.Size, format, options);

    /// <summary>As the other overload, with a name and a length that the caller chooses.</summary>
    public RestoreTarget CreateDisk(VmaDevice device, string fileName, long length, ImageFormat format, RawDiskOptions options)
    {
        string temporary = Path.Combine(path, RestoredNames.TemporaryOf(fileName));
        return Doing.With("write", temporary, () =>
        {
            // Noted before the file is made: a signal may come between the two.
            _undo.Add(unfinished.AddFile(temporary));

            // Nothing is taken back meanwhile: another program may be making the file, and would make it again.
            IBlockTarget? disk = null;
            unfinished.Finish(() => disk = format.Create(temporary, length, options));
            return new RestoreTarget(device, temporary, Path.Combine(path, fileName), format.Format, disk!, disk!);
        });
    }

    /// <summary>Everything is restored: the files get their names, and nothing is taken back any more.</summary>
    public void Commit(IEnumerable<RestoreTarget> targets) => unfinished.Complete(
        () =>
        {
            foreach (RestoreTarget target in targets.Where(target => target.FinalPath is not null))
            {
                Doing.With("write", target.FinalPath!, () => FinalName.Give(target.Path, target.FinalPath!));

                // The next one's name may be taken: then this one goes too.
                _undo.Add(unfinished.AddFile(target.FinalPath!));
            }
        },
        _undo);

    /// <summary>What a killed extract left; there may be nothing else.</summary>
    private static List<string> FindLeftovers(string path, IReadOnlyList<VmaConfig> configs, IEnumerable<string> disks)
    {
        HashSet<string> temporaryNames = [TemporaryFile, .. disks.Select(RestoredNames.TemporaryOf)];
        var leftovers = new List<string>();
        foreach (string entry in Directory.EnumerateFileSystemEntries(path))
        {
            string name = Path.GetFileName(entry);
            if (!temporaryNames.Contains(name) && !configs.Any(config => config.Name.FileName == name && HoldsOnly(entry, config.Data.Span)))
            {
                throw CommandException.Failed($"'{EscapedText.Of(path)}' is not empty: '{EscapedText.Of(name)}' is there; extract to a new directory");
            }

            leftovers.Add(entry);
        }

        return leftovers;
    }

    private static bool HoldsOnly(string path, ReadOnlySpan<byte> data)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && file.Length == data.Length && FileStatus.KindOf(path) == FileKind.Regular
            && File.ReadAllBytes(path).AsSpan().SequenceEqual(data);
    }
}
