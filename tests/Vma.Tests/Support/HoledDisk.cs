// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>
/// A disk in memory that knows which of its blocks are zeros, but not always, and tells it in stretches of any length. What it knows to be zeros
/// may not be read, where <paramref name="refusesHoles"/> says so.
/// </summary>
internal sealed class HoledDisk(byte[] content, Random random, bool refusesHoles = false) : IBlockSource
{
    private const int Block = ArchiveBuilder.Block;

    private readonly bool[] _isHole = [.. content.Chunk(Block)
        .Select(block => !block.AsSpan().ContainsAnyExcept((byte)0) && (refusesHoles || random.Next(4) > 0))];
    private readonly int _longest = random.Next(1, 40);

    public long Length => content.Length;

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        content.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        for (long block = offset / Block; refusesHoles && block * Block < offset + buffer.Length; block++)
        {
            Assert.False(_isHole[block], $"the hole at {block * Block} was read");
        }
    }

    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        int first = (int)(offset / Block), end = first + 1;
        while (end < _isHole.Length && end - first < _longest && _isHole[end] == _isHole[first])
        {
            end++;
        }

        return new BlockStatus(Math.Min((long)end * Block, Length) - offset, _isHole[first]);
    }

    public void Dispose()
    {
    }
}
