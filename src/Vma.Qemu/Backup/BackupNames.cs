// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>
/// The names of all that backups make in QEMU, by which a later run finds it. A bitmap that belongs to an archive stays in the VM until the next backup;
/// all else lives as long as a run.
/// </summary>
internal sealed class BackupNames
{
    // Kinds of what a run makes for each disk.
    public const string Access = "access", CopyJob = "job", Export = "export", Filter = "cbw", Fleece = "fleece", NewBitmap = "new", OldBitmap = "old",
        Pulled = "pull", ScratchFile = "file", Sink = "sink";

    /// <summary>Descriptors that QEMU gets under a name, and forgets when it has used them.</summary>
    public const string NbdSocket = "vma-nbd", RamPipe = "vma-ram";

    private const string Common = "vma-", Base = "vma-base-", Note = "-note-";
    private int _lastNote;

    /// <summary>What all names of this run begin with.</summary>
    public string Prefix { get; } = Common + Guid.NewGuid().ToString("N")[..6];

    public string Of(string kind, int disk) => $"{Prefix}-{kind}-{disk}";

    public string NextNote(string kind) => $"{Prefix}{Note}{kind}-{Interlocked.Increment(ref _lastNote)}";

    public static bool IsOurs(string name) => name.StartsWith(Common, StringComparison.Ordinal);

    /// <summary>Whether a node belongs to a pull: then QEMU's NBD server is of a run of ours.</summary>
    public static bool IsPulled(string node) => IsOurs(node) && node.Contains($"-{Pulled}-");

    /// <summary>Whether a node shows the disk's state of an instant; it lies on a filter, and goes before it.</summary>
    public static bool IsAccess(string node) => IsOurs(node) && node.Contains($"-{Access}-");

    /// <summary>The kind of a note; null when the object is none.</summary>
    public static string? KindOfNote(string id) =>
        IsOurs(id) && id.IndexOf(Note, StringComparison.Ordinal) is > 0 and var at ? id[(at + Note.Length)..id.LastIndexOf('-')] : null;

    /// <summary>The bitmap of what changed since an archive was made.</summary>
    public static string BitmapSince(Guid archive) => $"{Base}{archive:D}";

    public static bool IsBitmapOfArchive(string name) => name.StartsWith(Base, StringComparison.Ordinal);

    public static bool IsBitmapOfOneRun(string name) => IsOurs(name) && !IsBitmapOfArchive(name);
}
