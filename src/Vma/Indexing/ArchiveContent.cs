// SPDX-License-Identifier: MIT

using Vma.Input;

namespace Vma.Indexing;

/// <summary>An archive's plain bytes, with the index of what is where in them.</summary>
internal sealed class ArchiveContent
{
    /// <param name="input">The bytes.</param>
    /// <param name="index">Where each cluster is.</param>
    /// <param name="uuid">The archive's identity.</param>
    /// <param name="seals">Whether each extent must have a seal, and data is compared with it.</param>
    public ArchiveContent(RandomInput input, IClusterIndex index, Guid uuid, bool seals)
    {
        (Input, Index) = (input, index);
        if (seals)
        {
            Seals = new SealCache(input, uuid);
            input.LeaveChecksToReader();
        }
    }

    public RandomInput Input { get; }

    public IClusterIndex Index { get; }

    /// <summary>Null when data is not compared with checksums.</summary>
    public SealCache? Seals { get; }
}
