// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>How much a <see cref="VmaFault"/> matters.</summary>
public enum VmaSeverity
{
    /// <summary>Worth knowing; all data is there.</summary>
    Warning,

    /// <summary>The archive is damaged or breaks the format.</summary>
    Error,
}
