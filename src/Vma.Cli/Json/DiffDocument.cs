// SPDX-License-Identifier: MIT

namespace Vma.Cli.Json;

/// <summary>One difference; sizes, offset and length are in bytes, of configs and devices that are in both archives.</summary>
internal sealed record DifferenceElement(string Kind, string Name, string What, long? SizeA = null, long? SizeB = null, long? Offset = null, long? Length = null);

internal sealed record DiffDocument(string Schema, string ArchiveA, string ArchiveB, bool Same, IReadOnlyList<DifferenceElement> Differences)
{
    public const string Version = "vma-diff/1";
}
