// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;
using Vma.Posix;
using Vma.Qemu.Images;

namespace Vma.Cli.DisksFromArchive;

/// <summary>Which devices go to the directory in which format, and whether that can work; made before anything is written.</summary>
internal sealed class ExtractPlan
{
    // An extent of 59 clusters has a header and a seal of 512 bytes each.
    private const long BytesInExtent = 59 * VmaCluster.Size;
    private const long ExtentOverhead = 1024;

    private readonly ExtractRequest _request;
    private readonly VmaManifest _manifest;
    private readonly Dictionary<VmaDevice, string> _formats = [];

    public ExtractPlan(ExtractRequest request, VmaManifest manifest)
    {
        (_request, _manifest) = (request, manifest);
        Selected = DeviceSelection.Select(manifest, request.Devices, _formats);
        Configs = request.Configs ? manifest.Configs : [];

        // A map decides about all disks, also about several of one name. Then only RAM state can go into the directory.
        IntoDirectory = request.Map is null ? Selected : [.. Selected.Where(device => device.IsMemoryState)];
        CommandException.UsageIf(request.Map is not null && (_formats.Count > 0 || request.Format != ImageFormat.Raw),
            "with a restore map each line says its format; --format and -o are for disks that go to the directory");
        CommandException.UsageIf(request is { Map: not null, DryRun: true },
            "--dry-run is for disks that go to the directory; where a restore map sends them is between you and the map");

        foreach (string format in _formats.Values)
        {
            DiskFormats.ThrowIfNotWritable(format);
        }
    }

    /// <summary>The devices to restore.</summary>
    public IReadOnlyList<VmaDevice> Selected { get; }

    /// <summary>Those whose file is made in the directory.</summary>
    public IReadOnlyList<VmaDevice> IntoDirectory { get; }

    public IReadOnlyList<VmaConfig> Configs { get; }

    /// <summary>The format that a device's file gets. Creation options are for the disks that are not raw, unless raw was asked for by name.</summary>
    public ImageFormat FormatOf(VmaDevice device)
    {
        if (device.IsMemoryState)
        {
            return ImageFormat.Raw;
        }

        return _formats.TryGetValue(device, out string? own) ? new ImageFormat(own, own == DiskFormats.Raw ? null : _request.Format.Options) : _request.Format;
    }

    /// <summary>Refuses what cannot work: names that clash, tools that are missing, a directory that cannot be made, too little space.</summary>
    public void Check()
    {
        RestoredNames.ThrowIfClashing(Configs, IntoDirectory, FormatOf);
        if (IntoDirectory.Any(device => FormatOf(device).NeedsTools))
        {
            QemuTool.ThrowIfMissing();
        }

        RestoreDirectory.ThrowIfUnusable(_request.Directory, Configs, IntoDirectory.SelectMany(RestoredNames.FilesOf));
        Free.ThrowIfTooSmall(_request.Directory, LeastStored(), _request.IgnoreSpace);
    }

    /// <summary>The files that would be made.</summary>
    public IReadOnlyList<PlannedElement> Files => [.. IntoDirectory.Select(device => new PlannedElement(
        device.Name.ToString(), Path.Combine(_request.Directory, RestoredNames.FileOf(device, FormatOf(device))), FormatOf(device).Format, device.Size))];

    public FreeSpace Free => FreeSpace.At(_request.Directory);

    /// <summary>
    /// What the disks will take at least: what the archive stores, as far as its length tells. Compression makes nothing much longer, so a
    /// compressed archive stores at least its own length too.
    /// </summary>
    public long LeastStored()
    {
        long preallocated = IntoDirectory.Where(device => FormatOf(device).IsPreallocated).Sum(device => device.Size);
        bool isLengthUnknown = _request.File == StandardStreams.Input || FileStatus.KindOf(_request.File) != FileKind.Regular;
        if (preallocated > 0 || IntoDirectory.Count == 0 || isLengthUnknown || IntoDirectory.Any(device => FormatOf(device).IsCompressed))
        {
            return preallocated;
        }

        long all = _manifest.Devices.Sum(device => device.Size);
        long elsewhere = _manifest.Devices.Except(IntoDirectory).Sum(device => device.Size);
        long length = new FileInfo(_request.File).Length;
        return Math.Max(0, length - length / 100 - _manifest.HeaderLength - (all / BytesInExtent + 2) * ExtentOverhead - elsewhere);
    }
}
