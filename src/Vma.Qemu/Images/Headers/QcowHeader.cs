// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace Vma.Qemu.Images.Headers;

/// <summary>The header of an image of qcow's first version, big-endian.</summary>
internal static class QcowHeader
{
    private const int BackingOffset = 8, BackingLengthOffset = 16, MinLength = 48, MaxName = 1023;

    /// <inheritdoc cref="ImageHeader.Read"/>
    public static string? Read(ReadOnlySpan<byte> start, out ImageHeader header)
    {
        header = new ImageHeader();
        if (start.Length < MinLength || ImageHeader.Recognize(start) != "qcow")
        {
            return "is no qcow image";
        }

        ulong at = BinaryPrimitives.ReadUInt64BigEndian(start[BackingOffset..]);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(start[BackingLengthOffset..]);
        if (at == 0)
        {
            return null;
        }

        if (length is 0 or > MaxName || at > (ulong)start.Length || length > (ulong)start.Length - at)
        {
            return "names another file outside of its header";
        }

        header = header with { Backing = Encoding.UTF8.GetString(start.Slice((int)at, (int)length)) };
        return null;
    }
}
