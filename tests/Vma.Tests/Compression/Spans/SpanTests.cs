// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Compression.Spans;

/// <summary>Streams of zstd, cut into spans of which each decodes alone.</summary>
public sealed class SpanTests
{
    private const int EachBlock = 1;

    [Theory]
    [InlineData("zstd -1 -c")]
    [InlineData("zstd -3 -c")]
    [InlineData("zstd -9 -c")]
    [InlineData("zstd -15 -c")]
    [InlineData("zstd -19 -c")]
    [InlineData("zstd --ultra -22 -c")]
    [InlineData("zstd --fast=3 -c")]
    [InlineData("zstd -3 --no-check -c")]
    [InlineData("zstd -3 -T2 -c")]
    [InlineData("zstd -3 --single-thread -c")]
    [InlineData("zstd -3 --long=27 -c")]
    [InlineData("zstd -19 --zstd=wlog=12 -c")]
    [InlineData("zstd -3 --target-compressed-block-size=1000 -c")]
    public void Each_block_is_the_start_of_a_span_that_decodes_alone(string command) => Property.ForSeeds(1, random =>
    {
        byte[] plain = Sample(random, 5_000_000);
        byte[] compressed = Tool.Run(command, plain);
        var spans = SpanList.Of(compressed, EachBlock);
        Assert.Null(spans.Fault);
        Assert.InRange(spans.Count, 38, int.MaxValue);
        Assert.Equal(plain, spans.DecodeAll(compressed));
    });

    /// <summary>Text, noise, runs, zeros and repeats of what came before.</summary>
    private static byte[] Sample(Random random, int length)
    {
        var bytes = new byte[length];
        for (int at = 0; at < length;)
        {
            Span<byte> part = bytes.AsSpan(at, Math.Min(random.Next(1, 200_000), length - at));
            int kind = random.Next(5);
            if (kind == 0)
            {
                random.NextBytes(part);
            }
            else if (kind == 1)
            {
                part.Fill((byte)random.Next(2));
            }
            else if (kind == 2 && at > 0)
            {
                for (int i = 0, from = random.Next(at); i < part.Length; i++)
                {
                    part[i] = random.Next(200) == 0 ? (byte)random.Next(256) : bytes[from + i % (at - from)];
                }
            }
            else
            {
                string[] words = ["disk ", "backup ", "the ", "archive ", "of ", "\n", "0x1f ", "machine ", "vzdump ", "a"];
                for (int i = 0; i < part.Length;)
                {
                    foreach (char letter in words[random.Next(words.Length)])
                    {
                        if (i < part.Length)
                        {
                            part[i++] = (byte)letter;
                        }
                    }
                }
            }

            at += part.Length;
        }

        return bytes;
    }
}
