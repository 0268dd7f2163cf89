// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How <see cref="VmaReader"/> reads an archive.</summary>
public sealed record VmaReaderOptions
{
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
