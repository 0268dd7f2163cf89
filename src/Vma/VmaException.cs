// SPDX-License-Identifier: MIT

namespace Vma;

/// <summary>An archive is damaged or breaks the format. What and where is in <see cref="Fault"/>.</summary>
public sealed class VmaException : Exception
{
    /// <summary>An exception for a fault.</summary>
    public VmaException(VmaFault fault)
        : base((fault ?? throw new ArgumentNullException(nameof(fault))).ToString()) => Fault = fault;

    /// <summary>What is wrong, and where.</summary>
    public VmaFault Fault { get; }
}
