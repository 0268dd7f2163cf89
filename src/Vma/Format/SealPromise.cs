// SPDX-License-Identifier: MIT

namespace Vma.Format;

/// <summary>
/// A blob that nothing points to, the last in the header of a sealed archive (docs/integrity.md). Without it an archive that lost all of
/// its seals would look like a plain one.
/// </summary>
internal static class SealPromise
{
    /// <summary>"VSEA", then the layout's version.</summary>
    public static ReadOnlySpan<byte> Blob => [(byte)'V', (byte)'S', (byte)'E', (byte)'A', SealPayload.LayoutVersion];
}
