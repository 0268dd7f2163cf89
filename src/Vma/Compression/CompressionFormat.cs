// SPDX-License-Identifier: MIT

namespace Vma.Compression;

/// <summary>What a file starts as. Told by magic, never by a name's extension.</summary>
internal enum CompressionFormat
{
    None,
    Zstd,
    Lzop,
    Gzip,
    Bzip2,
}
