// SPDX-License-Identifier: MIT

using Vma.Compression;

namespace Vma.Tests.Compression;

/// <summary>Memory that grows with a frame's bytes.</summary>
public sealed class FrameContentTests
{
    [Fact]
    public void Bytes_stay_while_a_frames_content_grows_and_are_gone_when_it_is_cut()
    {
        var content = new FrameContent();
        for (int i = 0; i < 1000; i++)
        {
            content.Append(i).Fill(unchecked((byte)i));
        }

        Assert.Equal(999 * 1000 / 2, content.Length);
        Assert.Equal([1, 2, 2, 3, 3, 3], content.Span[..6].ToArray());
        Assert.True(content.Span[^999..].IndexOfAnyExcept(unchecked((byte)999)) < 0);
        content.Cut(2);
        content.Append(1)[0] = 9;
        Assert.Equal([1, 2, 9], content.Span.ToArray());
    }

    [Fact]
    public void A_frames_content_gives_its_memory_away_and_takes_other_memory()
    {
        var content = new FrameContent();
        content.Append(3).Fill(7);
        byte[] memory = content.Detach();
        Assert.Equal([7, 7, 7], memory[..3]);
        Assert.Equal((0, 0), (content.Length, content.Detach().Length));
        content.Append(3).Fill(8);
        byte[] other = content.Detach();
        Assert.NotSame(memory, other);
        Assert.Equal([7, 7, 7], memory[..3]);
        content.Give(memory);
        content.Append(1);
        Assert.Same(memory, content.Detach());
    }
}
