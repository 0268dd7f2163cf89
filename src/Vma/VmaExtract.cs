// SPDX-License-Identifier: MIT

using Vma.Failures;
using Vma.Input;
using Vma.Reading;

namespace Vma;

/// <summary>Restores the disks of an archive.</summary>
public static class VmaExtract
{
    /// <summary>
    /// Restores devices, on several threads. The targets are not disposed. The archive's other devices are left out, and damage to their data is
    /// not an error.
    /// </summary>
    /// <param name="archive">A reader that nothing was read from. It is not disposed.</param>
    /// <param name="targets">
    /// A target for each device to restore, at least as long as the device. One for RAM state takes bytes behind its length and is cut
    /// to <see cref="VmaReadDevice.RestoredLength"/> by the caller.
    /// </param>
    /// <param name="options">How it is done.</param>
    /// <param name="progress">Told after each extent, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work between two extents.</param>
    /// <exception cref="VmaException">The archive is damaged. What the targets then hold is no restored disk.</exception>
    /// <exception cref="ArgumentException">A target is too short, or for a device that the archive does not have.</exception>
    /// <exception cref="IOException">The archive could not be read or a target not be written.</exception>
    /// <exception cref="InvalidOperationException">The reader was read from before.</exception>
    public static VmaReadReport Run(
        VmaReader archive,
        IReadOnlyDictionary<VmaDevice, IBlockTarget> targets,
        VmaExtractOptions? options = null,
        IProgress<VmaProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(targets);
        options ??= new VmaExtractOptions();
        ThrowIfUnfit(archive.Manifest, targets);
        var findings = new Findings(archive.Manifest.Findings, Findings.ThrowErrors);
        ArchivePass pass = archive.StartPass(findings, readData: true, goOn: false);
        pass.Clusters.Select(targets.ContainsKey);
        var restorer = new Restorer(targets, pass.Clusters, options, findings, cancellationToken);
        pass.Run(restorer.Restore, options.Parallelism, progress, cancellationToken);
        if (options.Flush)
        {
            foreach (IBlockTarget target in targets.Values)
            {
                target.Flush(cancellationToken);
            }
        }

        return pass.ToReport(dataChecked: options.VerifyData);
    }

    private static void ThrowIfUnfit(VmaManifest manifest, IReadOnlyDictionary<VmaDevice, IBlockTarget> targets)
    {
        foreach ((VmaDevice device, IBlockTarget target) in targets)
        {
            ArgumentException.ThrowIf(!manifest.Devices.Contains(device) || (!device.IsMemoryState && target.Length < device.Size),
                $"'{device.Name}' is not a device of this archive, or its target is shorter", nameof(targets));
        }

        foreach (VmaDevice device in manifest.Devices.Where(targets.ContainsKey))
        {
            manifest.ThrowIfTooLarge(device);
        }
    }
}
