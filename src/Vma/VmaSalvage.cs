// SPDX-License-Identifier: MIT

using Vma.Salvage;

namespace Vma;

/// <summary>
/// Gets out of a damaged archive every cluster that can be trusted: it goes on behind every fault, and where the archive has checksums it
/// drops just the clusters that do not match. Of a sealed archive, data without its seal is not trusted; of a plain one, data of an extent
/// from whose inside bytes are missing. What is lost reads as zeros.
/// </summary>
public static class VmaSalvage
{
    /// <summary>Salvages the devices, on several threads.</summary>
    /// <param name="archive">A reader that nothing was salvaged from. It is not disposed.</param>
    /// <param name="openTarget">
    /// Called once for each device, before its first cluster. The device has a size of 2^48 where nothing is known of it. Gives the target, or null to
    /// leave the device out. The target takes writes behind its length where the size is not known; it is not disposed.
    /// </param>
    /// <param name="options">What is kept, and what is known.</param>
    /// <param name="progress">Told after each extent, by one thread at a time: bytes of the archive as it comes, compressed or not.</param>
    /// <param name="cancellationToken">Ends the work between two extents.</param>
    /// <exception cref="IOException">A target could not be written, or a stream that is not seekable not be read.</exception>
    /// <exception cref="InvalidOperationException">The reader was read from before.</exception>
    public static VmaSalvageReport Run(
        VmaSalvageReader archive,
        Func<VmaDevice, IBlockTarget?> openTarget,
        VmaSalvageOptions? options = null,
        IProgress<VmaProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(openTarget);
        var pass = new SalvagePass(archive.Archive, options ?? new VmaSalvageOptions(), openTarget, cancellationToken);
        pass.Run(progress);
        return pass.ToReport();
    }
}
