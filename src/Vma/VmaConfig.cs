// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>One configuration file in an archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">Its content, at most 65,535 bytes.</param>
public sealed record VmaConfig(VmaName Name, ReadOnlyMemory<byte> Data);
