// SPDX-License-Identifier: MIT

using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>How a backup is made.</summary>
public sealed record BackupOptions
{
    /// <summary>The default of <see cref="ScratchDirectory"/>.</summary>
    public const string DefaultScratchDirectory = "/var/tmp";

    /// <summary>The least <see cref="ScratchLimit"/>, in bytes.</summary>
    public const long MinScratchLimit = 1 << 20;

    /// <summary>The least <see cref="BytesPerSecond"/>.</summary>
    public const long MinBytesPerSecond = 1 << 16;

    /// <summary>The directory for scratch files; the default is <c>/var/tmp</c>. Its file system must take files without names.</summary>
    public string ScratchDirectory
    {
        get;
        init => field = value.Length > 0 ? value : throw new ArgumentException("a directory has a name", nameof(value));
    } = DefaultScratchDirectory;

    /// <summary>How many bytes the scratch files may take in all, at least 1 MiB; the default is null: as much as there is.</summary>
    public long? ScratchLimit
    {
        get;
        init => field = value is null or >= MinScratchLimit ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1 MiB");
    }

    /// <summary>How many bytes per second are read from the guest's disks, at least 64 KiB; the default is null: as fast as it goes.</summary>
    public long? BytesPerSecond
    {
        get;
        init => field = value is null or >= MinBytesPerSecond ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 64 KiB");
    }

    /// <summary>Where the guest's agent listens, which freezes its file systems at the instant of the backup; the default is null: not at all.</summary>
    public QmpAddress? FreezeBy { get; init; }

    /// <summary>
    /// The identity of the archive that is being made, when a dirty bitmap of this name is to stay in the VM, by which the next backup finds what
    /// changed since; the default is null.
    /// </summary>
    public Guid? TrackAs { get; init; }

    /// <summary>
    /// An archive whose bitmap an earlier run left in the VM: what did not change since is taken from it. It belongs to the caller. A disk that has no
    /// whole bitmap is read in full, and <see cref="OnStep"/> gets a line about it.
    /// </summary>
    public VmaArchive? Base { get; init; }

    /// <summary>Gets a line for each thing that happens, from the thread that runs the backup. The default is null.</summary>
    public Action<string>? OnStep { get; init; }
}
