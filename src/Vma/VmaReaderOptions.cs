// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How <see cref="VmaReader"/> and <see cref="VmaSalvageReader"/> read an archive.</summary>
public sealed record VmaReaderOptions
{
    /// <summary>
    /// How much memory the window of a zstd frame may take, in bytes, at least 1 MiB. The default is <see cref="VmaDefaults.DecoderMemory"/>. An archive
    /// that takes more is refused with <see cref="VmaFaultCode.NeedsMemory"/>.
    /// </summary>
    public long DecoderMemory
    {
        get;
        init => field = VmaDefaults.AtLeast(1 << 20, value, "1 MiB");
    } = VmaDefaults.DecoderMemory;

    /// <summary>
    /// A directory for the indexes of archives that are one zstd frame; see <see cref="VmaArchiveOptions.IndexDirectory"/>. A file that has an index is decoded
    /// by all processors, and one that has none gets it when a pass over it has come to its end. It is made when it is not there. The default is null: no index
    /// is looked for or made.
    /// </summary>
    public string? IndexDirectory
    {
        get;
        init => field = value is { Length: 0 } ? throw new ArgumentException("a directory has a name", nameof(value)) : value;
    }
}
