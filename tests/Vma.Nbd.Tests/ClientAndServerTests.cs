// SPDX-License-Identifier: MIT


namespace Vma.Nbd.Tests;

public sealed class ClientAndServerTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(1_000_001)]
    public void The_client_reads_a_disk_of_any_size(int length)
    {
        using TestDisk disk = TestDisk.Random(length, seed: length);
        using NbdServer server = new([new NbdExport("disk", disk)]);
        server.Listen(_place["s"]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));

        Assert.Equal(length, client.Length);
        Assert.True(client.IsReadOnly);
        byte[] read = new byte[length];
        client.ReadAt(0, read);
        Assert.True(disk.Data.SequenceEqual(read));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Many_threads_read_and_write_at_once(int seed)
    {
        const int Areas = 8, AreaLength = 600_000;
        using TestDisk disk = TestDisk.Random(Areas * AreaLength, seed), model = TestDisk.Random(Areas * AreaLength, seed);
        using NbdServer server = new([new NbdExport("", disk, disk)]);
        server.Listen(_place["s"]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { Connections = 2 });
        Parallel.For(0, Areas, area =>
        {
            Random random = new((seed * 100) + area);
            for (int i = 0; i < 200; i++)
            {
                int start = random.Next(AreaLength), length = random.Next(random.Next(3) == 0 ? AreaLength - start : Math.Min(5000, AreaLength - start)) + 1;
                long offset = (area * AreaLength) + start;
                byte[] bytes = new byte[length];
                switch (random.Next(4))
                {
                    case 0:
                        random.NextBytes(bytes);
                        client.WriteAt(offset, bytes);
                        model.WriteAt(offset, bytes);
                        break;
                    case 1:
                        client.WriteZeroesAt(offset, length);
                        model.WriteZeroesAt(offset, length);
                        break;
                    default:
                        client.ReadAt(offset, bytes);
                        Assert.True(model.Data.Slice((int)offset, length).SequenceEqual(bytes), $"seed {seed}, area {area}, operation {i}");
                        break;
                }
            }
        });
        Assert.True(disk.Data.SequenceEqual(model.Data), $"seed {seed}");
    }

    [Fact]
    public void A_client_that_gets_fewer_connections_than_it_wants_goes_on_with_them()
    {
        using TestDisk disk = TestDisk.Random(1_000_000, seed: 1);
        using NbdServer server = new([new NbdExport("", disk)], new NbdServerOptions { MaxConnections = 1 });
        server.Listen(_place["s"]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { Connections = 4 });

        Parallel.For(0, 50, i =>
        {
            byte[] read = new byte[20_000];
            client.ReadAt(i * 20_000, read);
            Assert.True(disk.Data.Slice(i * 20_000, 20_000).SequenceEqual(read));
        });
        Assert.Equal(1, server.AcceptedConnections);
    }

    [Fact]
    public void Several_threads_write_and_read_a_slow_disk()
    {
        const int Area = 100_000;
        using TestDisk disk = new(40 * Area);
        disk.Before = (_, _) => Thread.Sleep(1); // a disk that takes its time
        using NbdServer server = new([new NbdExport("", disk, disk)]);
        server.Listen(_place["s"]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));

        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] data = new byte[Area], read = new byte[Area];
            new Random(i).NextBytes(data);
            client.WriteAt(i * Area, data);
            client.ReadAt(i * Area, read);
            Assert.True(data.AsSpan().SequenceEqual(read));
            Assert.True(disk.Data.Slice(i * Area, Area).SequenceEqual(read));
        });
    }

    [Fact]
    public void The_client_knows_what_is_allocated_and_forgets_it_when_it_writes()
    {
        using TestDisk disk = new(100 * TestDisk.Block);
        using NbdServer server = new([new NbdExport("", disk, disk)]);
        server.Listen(_place["s"]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));

        Assert.Equal(new BlockStatus(disk.Length, true), client.StatusAt(0));
        client.WriteAt(TestDisk.Block, [1]);
        Assert.Equal(new BlockStatus(TestDisk.Block, true), client.StatusAt(0));
        Assert.Equal(new BlockStatus(TestDisk.Block, false), client.StatusAt(TestDisk.Block));
        Assert.Equal(new BlockStatus((98 * TestDisk.Block) - 1, true), client.StatusAt((2 * TestDisk.Block) + 1));
    }
}
