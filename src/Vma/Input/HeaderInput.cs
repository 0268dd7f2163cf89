// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Input;

/// <summary>Reads the archive's header from its input.</summary>
internal static class HeaderInput
{
    public static VmaManifest Read(ForwardInput input)
    {
        var start = new byte[HeaderLayout.FixedLength];
        int present = input.Read(start);
        ThrowIf(HeaderReader.Measure(start.AsSpan(0, present), out int length));
        var header = new byte[length];
        start.CopyTo(header, 0);
        present += input.Read(header.AsSpan(present));
        ThrowIf(present < length ? HeaderReader.Cut(present, length) : null);
        ThrowIf(HeaderReader.Read(header, out VmaManifest? manifest));
        return manifest!;
    }

    private static void ThrowIf(VmaFault? fault)
    {
        if (fault is not null)
        {
            throw new VmaException(fault);
        }
    }
}
