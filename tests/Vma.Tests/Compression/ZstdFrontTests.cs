// SPDX-License-Identifier: MIT

using Vma.Compression.Native;
using Vma.Compression.Zstd;

namespace Vma.Tests.Compression;

/// <summary>The front of a frame is had without the data behind it.</summary>
public sealed class ZstdFrontTests
{
    private const int Front = 512;

    /// <summary>What is read of a file to get the front.</summary>
    private const int ReadLength = 2048;

    public static TheoryData<int> Lengths => [0, 1, Front - 1, Front, Front + 1, 2 * Front, 128 << 10, (128 << 10) + Front, (3 << 20) + 12345];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void The_first_bytes_of_a_frame_decode_to_its_front(int length)
    {
        Assert.SkipUnless(LibZstd.CompressesInSteps, "libzstd is older than 1.5.4");
        byte[] plain = Plain(length), front = new byte[Math.Min(length, Front)];
        byte[] frame = Compress(plain, inSteps: true);
        using var decoder = new ZstdDecoder();
        decoder.DecodeSome(frame.AsSpan(0, Math.Min(frame.Length, ReadLength)), front, out _, out int produced, out string? fault);
        Assert.Null(fault);
        Assert.Equal(plain[..front.Length], front[..produced]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_frame_holds_its_content_in_steps_or_in_one_and_any_zstd_reads_it(int length)
    {
        byte[] plain = Plain(length);
        foreach (bool inSteps in (bool[])[true, false])
        {
            byte[] frame = Compress(plain, inSteps);
            var decoded = new byte[length];
            using var decoder = new ZstdDecoder();
            Assert.Null(decoder.Decode(frame, decoded));
            Assert.Equal(plain, decoded);
            Assert.Equal((ulong)length, ZstdFrameHeader.TryRead(frame)!.Value.ContentSize);
            Assert.True(ZstdFrameHeader.TryRead(frame)!.Value.HasChecksum);
            Assert.Equal(plain, Tool.Run("zstd -dc", frame));
        }
    }

    [Fact]
    public void What_cannot_be_compressed_fits_as_well()
    {
        byte[] noise = new byte[3 << 20];
        new Random(5).NextBytes(noise);
        Assert.InRange(Compress(noise, inSteps: true).Length, noise.Length, ZstdCompressor.LongestResult(noise.Length));
    }

    [Fact]
    public void A_compressor_goes_on_after_each_frame()
    {
        using var compressor = new ZstdCompressor(3);
        var frame = new byte[ZstdCompressor.LongestResult(1 << 20)];
        foreach (int length in (int[])[1 << 20, 100, 1 << 19, 0, 1 << 20])
        {
            byte[] plain = Plain(length);
            Assert.Equal(Compress(plain, inSteps: true), frame[..compressor.Compress(plain, Front, frame)]);
        }
    }

    private static byte[] Compress(byte[] plain, bool inSteps)
    {
        using var compressor = new ZstdCompressor(3, inSteps);
        var frame = new byte[ZstdCompressor.LongestResult(plain.Length)];
        return frame[..compressor.Compress(plain, Front, frame)];
    }

    /// <summary>A front that hardly compresses, as a header with checksums, and behind it what becomes half as long.</summary>
    private static byte[] Plain(int length)
    {
        var plain = new byte[length];
        var random = new Random(length);
        random.NextBytes(plain.AsSpan(0, Math.Min(length, Front)));
        random.GetItems("0123456789abcdef"u8, plain.AsSpan(Math.Min(length, Front)));
        return plain;
    }
}
