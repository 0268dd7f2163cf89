// SPDX-License-Identifier: MIT

using Vma.Salvage;

namespace Vma;

/// <summary>A damaged archive and what is left of its header. <see cref="VmaSalvage"/> reads on from there, once. Not thread-safe.</summary>
public sealed class VmaSalvageReader : IDisposable
{
    /// <summary>Reads what is left of the header.</summary>
    /// <param name="archive">Stands at the archive's first byte. When it is seekable, read errors are passed over.</param>
    /// <param name="onFinding">
    /// Told of each finding as it is found, of the header's by this call, by one thread at a time; the report keeps only the first ones.
    /// </param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="VmaException">There is nothing behind the place where a header would be.</exception>
    /// <exception cref="IOException">A stream that is not seekable could not be read.</exception>
    public VmaSalvageReader(Stream archive, Action<VmaFault>? onFinding = null, bool leaveOpen = false, VmaReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        Archive = new DamagedArchive(archive, onFinding, leaveOpen, options ?? new VmaReaderOptions());
    }

    /// <summary>
    /// What is left of the header. When <see cref="HeaderFault"/> is set, names, sizes and configs are as they could be read and may be wrong, and
    /// devices may be missing.
    /// </summary>
    public VmaManifest Manifest => Archive.Header.Manifest;

    /// <summary>What is wrong with the header; null when it can be relied on.</summary>
    public VmaFault? HeaderFault => Archive.Header.Fault;

    internal DamagedArchive Archive { get; }

    /// <summary>Closes the archive, and the stream unless it was to stay open.</summary>
    public void Dispose() => Archive.Dispose();
}
