// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;

namespace Vma.Fuzz;

/// <summary>
/// Makes the checksums of a mutant fit, as a forger would: without it nearly nothing gets past the first MD5. Block counts are left alone.
/// </summary>
internal static class Resealer
{
    public static void Reseal(byte[] archive, bool seals)
    {
        if (HeaderReader.Measure(archive, out int headerLength) is not null || headerLength > archive.Length)
        {
            return;
        }

        Span<byte> header = archive.AsSpan(0, headerLength);
        Md5.HashWithZeroedField(header, HeaderLayout.Md5Offset, header.Slice(HeaderLayout.Md5Offset, Md5.Length));
        ulong number = 0;
        uint register = uint.MaxValue;
        ZeroExtents zeroes = default;
        ExtentAt? sealedExtent = null;
        foreach (ExtentAt extent in ExtentMap.Of(archive))
        {
            Span<byte> bytes = archive.AsSpan(extent.Offset, ExtentLayout.HeaderLength);
            if (seals && !extent.HasClusters)
            {
                ResealNull(archive, bytes, extent, sealedExtent, ref number, ref register, ref zeroes);
            }

            Md5.HashWithZeroedField(bytes, ExtentLayout.Md5Offset, bytes.Slice(ExtentLayout.Md5Offset, Md5.Length));
            sealedExtent = extent.HasClusters && !extent.IsZero ? extent : null;
            zeroes = extent.IsZero ? zeroes.Add(bytes) : zeroes;
        }
    }

    private static void ResealNull(
        byte[] archive, Span<byte> bytes, ExtentAt extent, ExtentAt? sealedExtent, ref ulong number, ref uint register, ref ZeroExtents zeroes)
    {
        Span<byte> payload = stackalloc byte[NullExtent.PayloadLength];
        NullExtent.ReadPayload(bytes, payload);
        if (!SealPayload.TryRead(payload, out SealPayload seal))
        {
            return;
        }

        (seal.ZeroesBefore, zeroes) = (zeroes, default);
        if (seal.Kind == SealKind.EndMark)
        {
            (seal.Number, seal.Offset, seal.Checksum) = (number, (ulong)extent.Offset, ~register);
        }
        else if (sealedExtent is { } target && target.End <= archive.Length)
        {
            (seal.Number, seal.Offset) = (number++, (ulong)target.Offset);
            seal.Checksum = Crc32C.Compute(archive.AsSpan(target.Offset, ExtentLayout.HeaderLength));
            foreach (Slot slot in Slot.Of(new ExtentHeader(archive.AsSpan(target.Offset))))
            {
                int start = target.Offset + ExtentLayout.HeaderLength + slot.DataOffset;
                bool isInside = start + slot.DataLength <= archive.Length;
                seal.Slots[slot.Index] = slot.DataLength == 0 || !isInside ? 0 : Crc32C.Compute(archive.AsSpan(start, slot.DataLength));
            }
        }

        seal.Write(payload);
        var uuid = new Guid(bytes.Slice(ExtentLayout.UuidOffset, VmaLayout.UuidLength), bigEndian: true);
        NullExtent.Write(bytes, payload, uuid);
        if (seal.Kind == SealKind.Seal)
        {
            register = Crc32C.Append(register, payload);
        }
    }
}
