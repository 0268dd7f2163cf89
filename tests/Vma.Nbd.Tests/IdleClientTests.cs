// SPDX-License-Identifier: MIT


namespace Vma.Nbd.Tests;

/// <summary>This test runs alone, since it looks at the memory of the whole process.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

[Collection(typeof(Alone))]
public sealed class IdleClientTests
{
    private const int Most = 100 << 20;

    [Fact]
    public void Five_hundred_idle_clients_cost_little_and_others_are_served()
    {
        using Place place = new();
        using TestDisk disk = TestDisk.Random(100_000, seed: 1);
        using NbdServer server = new([new NbdExport("disk", disk)]);
        server.Listen(place["s"]);
        List<RawPeer> peers = [];
        long before = Environment.WorkingSet;
        for (int i = 0; i < 500; i++)
        {
            RawPeer peer = RawPeer.Connect(place["s"]);
            peers.Add(peer);
            if (i % 2 == 0)
            {
                peer.Go("disk", structured: true);
            }
        }

        using (NbdClient client = NbdClient.Connect(NbdUri.ForSocket(place["s"])))
        {
            byte[] read = new byte[client.Length];
            client.ReadAt(0, read);
            Assert.True(disk.Data.SequenceEqual(read));
        }

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, Most);
        peers.ForEach(peer => peer.Dispose());
        Assert.True(server.WaitUntilIdle(Place.Patience));
    }
}
