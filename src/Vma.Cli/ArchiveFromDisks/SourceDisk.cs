// SPDX-License-Identifier: MIT

using Vma.Cli.Disks;
using Vma.Failures;
using Vma.Nbd;
using Vma.Posix;
using Vma.Qemu.Images;

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>One disk that is read into an archive.</summary>
/// <param name="Name">How the archive calls it.</param>
/// <param name="Path">The file, block device or NBD URI.</param>
/// <param name="Format">Its format.</param>
/// <param name="Disk">The open disk.</param>
internal sealed record SourceDisk(string Name, string Path, string Format, IBlockSource Disk) : IDisposable
{
    /// <summary>The disk as it is read; its failures name it.</summary>
    public IBlockSource Source { get; } = new NamedSource(Disk, $"cannot read disk '{EscapedText.Of(Path)}'");

    /// <summary>The files that its image names, and that are read with it.</summary>
    public IReadOnlyList<string> OtherFiles { get; } = Disk.OtherFiles();

    /// <summary>Whether the path is that of a whole machine, an OVA.</summary>
    public static bool IsMachine(DriveArgument argument) =>
        argument is { Format: null, Name: null } && DiskFormats.IsOva(argument.Path);

    public static SourceDisk Open(string name, DriveArgument argument, string? keyFile)
    {
        if (argument.Format is { } said)
        {
            DiskFormats.ThrowIfUnknown(said);
        }

        return Doing.OrFail($"cannot open disk '{EscapedText.Of(argument.Path)}'", () => OpenAny(name, argument, keyFile), failure =>
            keyFile is null && SystemFailure.ReasonOf(failure) is var reason && reason.Contains("key-secret", StringComparison.Ordinal)
                ? $"{reason}; it is encrypted: give its passphrase with --key-file" : null);
    }

    public void Dispose() => Source.Dispose();

    private static SourceDisk OpenAny(string name, DriveArgument argument, string? keyFile)
    {
        string shown = EscapedText.Of(argument.Path);
        if (NbdUri.TryParse(argument.Path, out NbdUri? uri))
        {
            return argument is { Format: null or DiskFormats.Raw, Snapshot: null }
                ? new SourceDisk(name, argument.Path, DiskFormats.Raw, NbdClient.Connect(uri, new NbdClientOptions(), CancellationToken.None))
                : throw CommandException.Usage($"'{shown}': an NBD export is read as it is, as format={DiskFormats.Raw}");
        }

        // Opening a FIFO would wait for a writer.
        CommandException.FailIf(FileStatus.KindOf(argument.Path) == FileKind.Passage, $"disk '{shown}' is neither a file nor a block device");

        return Attempt.Into(RawDisk.OpenRead(argument.Path), raw =>
        {
            CommandException.FailIf(raw.Length == 0, $"disk '{shown}' is empty");
            string format = argument.Format ?? DiskFormats.Detect(argument.Path, raw);
            if (format == DiskFormats.Raw)
            {
                return argument.Snapshot is null
                    ? new SourceDisk(name, argument.Path, format, raw)
                    : throw CommandException.Usage($"'{shown}': a raw image has no snapshots");
            }

            SourceDisk disk = OpenImage(name, argument, format, keyFile);
            raw.Dispose();
            return disk;
        });
    }

    private static SourceDisk OpenImage(string name, DriveArgument argument, string format, string? keyFile)
    {
        QemuTool.ThrowIfMissing();
        QemuImage image = QemuImage.Resolve(argument.Path, format, keyFile);
        return new SourceDisk(name, argument.Path, format, QemuImageDisk.OpenRead(image, argument.Snapshot));
    }
}
