// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Compression.Spans;

/// <summary>Frames that no common encoder makes, cut into spans of which each decodes alone.</summary>
public sealed class StrangeFrameTests
{
    private const int Frames = 300;

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(3000)]
    [InlineData(20000)]
    public void Each_span_gives_its_bytes(int spanLength)
    {
        int rewritten = 0;
        Property.ForSeeds(Frames, (_, seed) =>
        {
            var frame = StrangeFrame.Of(seed);
            var spans = SpanList.Of(frame.Bytes, spanLength);
            Assert.Null(spans.Fault);
            Assert.Equal(frame.Plain, spans.DecodeAll(frame.Bytes));
            rewritten += spans.CountThatRepeatOneSymbol(frame.Bytes);
        });
        Assert.True(Environment.GetEnvironmentVariable("VMA_TEST_SEED") is not null || rewritten > 4, $"only {rewritten} spans were rewritten");
    }

    [Fact]
    public void Frames_behind_each_other_give_their_bytes() => Property.ForSeeds(30, (_, seed) =>
    {
        StrangeFrame[] frames = [.. Enumerable.Range(seed * 1000, 10).Select(static each => StrangeFrame.Of(each, blocks: 7))];
        byte[] bytes = [.. frames.SelectMany(static frame => frame.Bytes)];
        var spans = SpanList.Of(bytes, 2000);
        Assert.Null(spans.Fault);
        Assert.Equal([.. frames.SelectMany(static frame => frame.Plain)], spans.DecodeAll(bytes));
    });

    [Fact]
    public void Another_decoder_takes_them_too_and_they_have_what_is_rare()
    {
        StrangeFrame[] frames = [.. Enumerable.Range(1, Frames).Select(static seed => StrangeFrame.Of(seed))];
        Assert.Equal([.. frames.SelectMany(static frame => frame.Plain)], Tool.Run("zstd -dc", [.. frames.SelectMany(static frame => frame.Bytes)]));
        Assert.InRange(frames.Sum(static frame => frame.RepeatsOfOneSymbol), 100, int.MaxValue);
        Assert.InRange(frames.Sum(static frame => frame.RepeatsOfTheRules), 1000, int.MaxValue);
    }
}
