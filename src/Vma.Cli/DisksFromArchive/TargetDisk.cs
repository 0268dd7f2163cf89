// SPDX-License-Identifier: MIT

using Vma.Cli.Disks;
using Vma.Nbd;
using Vma.Qemu.Images;

namespace Vma.Cli.DisksFromArchive;

/// <summary>Opens a disk that exists to restore to it.</summary>
internal static class TargetDisk
{
    public static IBlockTarget Open(MapLine line, string path, string format)
    {
        var options = new RawDiskOptions { Cache = line.Cache ?? RawDiskCache.WriteBack, ReadsAsZeroes = !line.WriteZeroes };
        if (NbdUri.TryParse(path, out NbdUri? uri))
        {
            return format == DiskFormats.Raw
                ? NbdClient.Connect(uri, new NbdClientOptions { ReadsAsZeroes = options.ReadsAsZeroes }, CancellationToken.None)
                : throw CommandException.Usage($"'{EscapedText.Of(path)}': an NBD export is written as it is, as format={DiskFormats.Raw}");
        }

        if (format == DiskFormats.Raw)
        {
            return RawDisk.OpenWrite(path, options);
        }

        QemuTool.ThrowIfMissing();
        return QemuImageDisk.OpenWrite(QemuImage.Resolve(path, format), options);
    }
}
