// SPDX-License-Identifier: MIT

using Vma.Live.Nbd;
using Vma.Live.Tests.Support;

namespace Vma.Live.Tests.Nbd;

public sealed class ClientAndServerTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(1_000_001)]
    public void A_disk_of_any_size_is_read_as_it_is(int length)
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
}
