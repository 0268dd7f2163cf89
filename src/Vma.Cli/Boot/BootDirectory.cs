// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Disks;
using Vma.Nbd;
using Vma.Posix;
using Vma.Qemu.Images;

namespace Vma.Cli.Boot;

/// <summary>
/// Where the guest's disks are: overlays, which need the archive, and disks that were streamed in, which need it no more. A kept one knows which
/// archive it belongs to. Only its owner can read what is in it.
/// </summary>
internal sealed class BootDirectory
{
    /// <summary>Marks a directory of ours, and says which archive its overlays belong to.</summary>
    private const string MarkerFile = "archive.uuid";

    private readonly bool _isTemporary;

    private BootDirectory(string path, bool isTemporary) => (Path, _isTemporary) = (path, isTemporary);

    public string Path { get; }

    public static BootDirectory Temporary(string path) => new(path, isTemporary: true);

    /// <summary>Makes a directory, or takes up one of the same archive.</summary>
    public static BootDirectory Keep(string path, Guid archive) => Doing.With("use directory", path, () =>
    {
        string shown = EscapedText.Of(path);
        PrivateFile.CreateDirectory(path);
        CommandException.FailIf(!DirectoryLock.TryTake(path), $"another vma uses '{shown}'");

        string marker = System.IO.Path.Combine(path, MarkerFile);
        string identity = archive.ToString("D");
        if (!File.Exists(marker))
        {
            CommandException.FailIf(Directory.EnumerateFileSystemEntries(path).Any(entry => entry != UnfinishedName(marker)),
                $"'{shown}' is not empty, and not from vma boot");

            MakeFile(marker, Encoding.UTF8.GetBytes(identity + "\n"));
        }
        else if (File.ReadLines(marker).FirstOrDefault() is var found && found != identity)
        {
            throw CommandException.Failed(
                $"'{shown}' belongs to the archive with the uuid {EscapedText.Of(found ?? string.Empty)}, and this one has {identity}");
        }

        return new BootDirectory(path, isTemporary: false);
    });

    /// <summary>The image of a disk: what is there, or else a new overlay, not yet made.</summary>
    public QemuOverlay ImageOf(BootDisk disk, NbdUri backing) =>
        File.Exists(FinishedPath(disk))
            ? disk.OverlayAt(FinishedPath(disk), null, isTemporary: false)
            : disk.OverlayAt(OverlayPath(disk), backing, _isTemporary);

    /// <summary>Makes the overlays that are not there.</summary>
    public static void Make(IEnumerable<QemuOverlay> images, CancellationToken cancellationToken)
    {
        foreach (QemuOverlay image in images.Where(image => !File.Exists(image.Path)))
        {
            Make(image.Path, unfinished => (image with { Path = unfinished }).Create(cancellationToken));
        }
    }

    /// <summary>Gives the UEFI variables to the guest, unless it has them.</summary>
    public void MakeVariables(string template)
    {
        string path = System.IO.Path.Combine(Path, BootPlan.VariablesFile);
        if (!File.Exists(path))
        {
            MakeFile(path, File.ReadAllBytes(template));
        }
    }

    /// <summary>Gives a disk that was streamed in its final name, under which nothing needs the archive. QEMU has the file open and goes on.</summary>
    public void Finish(BootDisk disk) => FinalName.Give(OverlayPath(disk), FinishedPath(disk));

    /// <summary>Makes a small file, whole or not at all.</summary>
    private static void MakeFile(string path, byte[] content) => Make(path, unfinished => PrivateFile.Write(unfinished, content));

    /// <summary>Makes a file beside its name, and gives it the name when it is whole. What a killed command left of it is made anew.</summary>
    private static void Make(string path, Action<string> write)
    {
        File.Delete(UnfinishedName(path));
        write(UnfinishedName(path));
        FinalName.Give(UnfinishedName(path), path);
    }

    private static string UnfinishedName(string path) => path + ".new";

    private string OverlayPath(BootDisk disk) => System.IO.Path.Combine(Path, $"overlay-{disk.FileName}.qcow2");

    private string FinishedPath(BootDisk disk) => System.IO.Path.Combine(Path, $"disk-{disk.FileName}.qcow2");
}
