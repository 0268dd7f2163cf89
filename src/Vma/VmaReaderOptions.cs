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
}
