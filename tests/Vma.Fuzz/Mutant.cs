// SPDX-License-Identifier: MIT

namespace Vma.Fuzz;

/// <summary>A damaged or forged archive, and how it came to be.</summary>
/// <param name="Sample">What it was made of.</param>
/// <param name="Archive">Its bytes.</param>
/// <param name="Touched">The ranges of the sample that were changed in place; null when bytes moved, were added or were lost.</param>
/// <param name="Resealed">Whether checksums were made to fit, as a forger would.</param>
/// <param name="Story">What was done, in words.</param>
internal sealed record Mutant(Sample Sample, byte[] Archive, IReadOnlyList<(int Offset, int Length)>? Touched, bool Resealed, string Story)
{
    public bool IsTouched(int offset, int length) => Touched!.Any(range => range.Offset < offset + length && range.Offset + range.Length > offset);
}
