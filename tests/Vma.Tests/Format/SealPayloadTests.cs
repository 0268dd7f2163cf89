// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Format;
using Vma.Tests.Support;

namespace Vma.Tests.Format;

public sealed class SealPayloadTests
{
    [Fact]
    public void The_fields_are_where_the_page_says()
    {
        var seal = new SealPayload
        {
            Kind = SealKind.Seal,
            SlotCount = 0x0102,
            Number = 0x0304050607080900,
            Offset = 0x1112131415161718,
            Checksum = 0x21222324,
            ZeroesBefore = new ZeroExtents(0x31323334, 0x41424344),
        };
        for (int i = 0; i < 59; i++)
        {
            seal.Slots[i] = 0xa0000000 + (uint)i;
        }

        var payload = new byte[NullExtent.PayloadLength];
        seal.Write(payload);
        Assert.Equal(295, payload.Length);
        Assert.Equal("56534541" + "01" + "02" + "0102" + "0304050607080900" + "1112131415161718" + "21222324", Convert.ToHexString(payload.AsSpan(0, 28)));
        Assert.All(Enumerable.Range(0, 59), i => Assert.Equal(0xa0000000 + (uint)i, BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(28 + i * 4))));
        Assert.Equal("3132333441424344", Convert.ToHexString(payload.AsSpan(264, 8)));
        Assert.All(payload[272..], value => Assert.Equal(0, value));

        Assert.True(SealPayload.TryRead(payload, out SealPayload read));
        var again = new byte[NullExtent.PayloadLength];
        read.Write(again);
        Assert.Equal(payload, again);
    }

    [Theory]
    [InlineData(0, 'v')]
    [InlineData(4, (char)0)]
    [InlineData(4, (char)3)]
    [InlineData(5, (char)0)]
    [InlineData(5, (char)1)]
    public void A_null_extent_of_another_magic_kind_or_version_is_no_seal(int at, char value)
    {
        var payload = new byte[NullExtent.PayloadLength];
        new SealPayload { Kind = SealKind.EndMark }.Write(payload);
        Assert.True(SealPayload.TryRead(payload, out _));
        payload[at] = (byte)value;
        Assert.False(SealPayload.TryRead(payload, out _));
    }

    [Fact]
    public void A_payload_goes_around_the_masks_and_device_ids_of_a_null_extent()
    {
        byte[] payload = Pattern.Full(295);
        var header = new byte[512];
        NullExtent.Write(header, payload, new ArchiveBuilder().Uuid);
        Assert.Equal(new ExtentDraft { Payload = payload }.ToBytes(new ArchiveBuilder().Uuid), header);
        Assert.False(new ExtentHeader(header).HasClusters);
        Assert.All(Enumerable.Range(0, 59), slot => Assert.Equal((0, 0, 0), (header[40 + slot * 8], header[41 + slot * 8], header[43 + slot * 8])));
        var read = new byte[295];
        NullExtent.ReadPayload(header, read);
        Assert.Equal(payload, read);
    }
}
