// SPDX-License-Identifier: MIT

using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Writing;

public sealed class MemoryStateTests : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly VmaWriter _writer;
    private readonly VmaDeviceWriter _state;

    public MemoryStateTests()
    {
        _writer = new VmaWriter(_output);
        _state = _writer.AddDevice("vmstate", 100_000);
    }

    [Fact]
    public void Clusters_come_in_order_from_0()
    {
        Assert.Throws<InvalidOperationException>(() => _state.WriteCluster(1, new byte[65536]));
        _state.WriteCluster(0, new byte[65536]);
        Assert.Throws<InvalidOperationException>(() => _state.WriteCluster(0, new byte[65536]));
        Assert.Throws<InvalidOperationException>(() => _state.WriteCluster(2, new byte[65536]));
        _state.WriteCluster(1, new byte[65536]);
        _writer.Commit();
        Assert.Equal(new byte[100_000], Restored.From(_output.ToArray()).Contents[1]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 65536)]
    [InlineData(2, 100_000)]
    [InlineData(3, 3 * 65536)]
    [InlineData(100, 100 * 65536)]
    public void RAM_state_may_be_shorter_or_longer_than_its_estimate(int clusters, int restored)
    {
        byte[] content = Pattern.Full(clusters * 65536);
        for (int i = 0; i < clusters; i++)
        {
            _state.WriteCluster(i, content.AsSpan(i * 65536, 65536));
        }

        Assert.False(_state.Progress.Finished);
        _writer.Commit();
        Assert.True(_state.Progress.Finished);
        Assert.Equal(content[..restored], Restored.From(_output.ToArray()).Contents[1]);
        Assert.Empty(Restored.Verify(_output.ToArray()).Findings);
    }

    [Fact]
    public void The_last_cluster_may_end_at_the_estimate()
    {
        byte[] content = Pattern.Full(100_000);
        _state.WriteCluster(0, content.AsSpan(0, 65536));
        _state.WriteCluster(1, content.AsSpan(65536));
        _writer.Commit();
        Assert.Equal(content, Restored.From(_output.ToArray()).Contents[1]);
        Assert.Equal(content, MiniReader.Read(_output.ToArray()).ContentOf(1));
    }

    [Fact]
    public void All_blocks_are_stored_because_the_reference_drops_zero_blocks_when_it_extracts()
    {
        _state.WriteZeroes(0);
        _state.WriteCluster(1, new byte[65536]);
        _writer.Commit();
        Assert.Equal(32, MiniReader.Read(_output.ToArray()).Extents[0].BlockCount);
    }

    [Fact]
    public void A_copied_RAM_state_is_stored_with_all_of_its_blocks()
    {
        var output = new MemoryStream();
        using var writer = new VmaWriter(output);
        byte[] content = Pattern.Patchy(300_000, new Random(3));
        writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [writer.AddDevice("vmstate", content.Length)] = new MemoryDisk(content) });
        writer.Commit();
        Assert.Equal(content, Restored.From(output.ToArray()).Contents[1]);
        Assert.Equal(5 * 16, MiniReader.Read(output.ToArray()).Extents[0].BlockCount);
    }

    public void Dispose() => _writer.Dispose();
}
