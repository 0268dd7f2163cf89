// SPDX-License-Identifier: MIT

using Vma.Posix;
using Vma.Qemu.Images;

namespace Vma.Cli.Disks;

/// <summary>Where one device is restored to.</summary>
/// <param name="Device">The device.</param>
/// <param name="Path">The file, block device or NBD URI that is written.</param>
/// <param name="FinalPath">The name that the file gets when all is restored; null when it has its own already.</param>
/// <param name="Format">The format of the image.</param>
/// <param name="Disk">The open disk.</param>
/// <param name="Limited">The disk with its speed limit, if it has one.</param>
internal sealed record RestoreTarget(VmaDevice Device, string Path, string? FinalPath, string Format, IBlockTarget Disk, IBlockTarget Limited) : IDisposable
{
    /// <summary>The disk as it is written to; its failures name it.</summary>
    public NamedTarget Target { get; } = new(Limited, $"cannot write '{EscapedText.Of(Path)}' for device '{Device.Name}'");

    /// <summary>The files that its image names, and that are written or read with it.</summary>
    public IReadOnlyList<string> OtherFiles { get; } = Disk.OtherFiles();

    /// <summary>Ends the writing: the image is whole, and durable when <paramref name="sync"/> says so.</summary>
    /// <param name="length">How long a raw file is to be; null when it has its length.</param>
    /// <param name="sync">Whether to wait until it is durable.</param>
    public void Complete(long? length, bool sync)
    {
        if (length is { } exact && Disk is RawDisk file && FileStatus.KindOf(Path) == FileKind.Regular)
        {
            file.SetLength(exact);
        }

        // An image that is compressed as it is written holds its last bytes until here.
        if (sync || Disk is QemuImageDisk)
        {
            Target.Flush();
        }

        if (Disk is QemuImageDisk image)
        {
            Target.OrFail(image.Complete);
        }
    }

    public void Dispose() => Target.Dispose();
}
