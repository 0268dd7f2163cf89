// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Vma.Nbd.Tests;

/// <summary>Each test ends with another client that is served.</summary>
public sealed class HostileClientTests : IDisposable
{
    private const int Length = 3_000_001;

    private readonly Place _place = new();
    private readonly TestDisk _disk = TestDisk.Random(Length, seed: 5);

    public void Dispose()
    {
        _disk.Dispose();
        _place.Dispose();
    }

    private static readonly Dictionary<string, Action<RawPeer>> BadHandshakes = new()
    {
        ["unknown flags"] = peer => peer.Send(-1),
        ["no option"] = peer => peer.Send(3, new byte[16]),
        ["half an option"] = peer => peer.Send(3, "IHAVEOPT", 7),
        ["an option of 4 GiB"] = peer => peer.Send(3, "IHAVEOPT", 7, -1),
        ["an export name of 4 GiB"] = peer => peer.Send(3, "IHAVEOPT", 1, -1),
        ["an export that is not there"] = peer => peer.Send(3, "IHAVEOPT", 1, 3, "nix"),
        ["endless options"] = peer =>
        {
            peer.Send(3);
            for (int i = 0; i < 1000; i++)
            {
                peer.Send("IHAVEOPT", 99, 0);
                peer.OptionReply();
            }
        },
    };

    public static TheoryData<string> HandshakeNames => [.. BadHandshakes.Keys];

    [Theory]
    [MemberData(nameof(HandshakeNames))]
    public void The_server_ends_the_connection_after_a_broken_handshake(string name)
    {
        using NbdServer server = Serve();
        using (RawPeer peer = RawPeer.Connect(_place["s"]))
        {
            peer.Receive(18);
            BadHandshakes[name](peer);
            if (name != "half an option")
            {
                Assert.True(peer.IsClosedByPeer());
            }
        }

        AssertServed(server);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bytes_from_one_client_hurt_no_other(int seed)
    {
        using NbdServer server = Serve();
        Random random = new(seed);
        for (int i = 0; i < 60; i++)
        {
            using RawPeer peer = RawPeer.Connect(_place["s"]);
            byte[] bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            try
            {
                switch (i % 4)
                {
                    case 0:
                        peer.Send(bytes);
                        break;
                    case 1:
                        peer.Greet();
                        peer.Option(random.Next(1, 12), bytes);
                        break;
                    case 2:
                        peer.Go("disk", structured: true);
                        peer.Send(bytes);
                        break;
                    default:
                        peer.Go("disk", structured: random.Next(2) == 0);
                        for (int request = 0; request < 50; request++)
                        {
                            peer.Request(random.Next(10), (ulong)random.NextInt64(), random.NextInt64(-10, Length * 2L), random.Next(100_000), random.Next(40));
                        }

                        break;
                }
            }
            catch (SocketException fault)
            {
                Assert.True(fault.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown, $"seed {seed}, client {i}: {fault.SocketErrorCode}");
            }
        }

        AssertServed(server);
    }

    [Fact]
    public void The_server_ends_the_connection_when_a_client_sends_no_request()
    {
        using NbdServer server = Serve();
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: false);
        peer.Send(new byte[28]);

        Assert.True(peer.IsClosedByPeer());
        AssertServed(server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_server_refuses_an_impossible_request_and_serves_the_next(bool structured)
    {
        using TestDisk disk = TestDisk.Random(Length, seed: 6);
        using NbdServer server = new([new NbdExport("disk", disk, disk), new NbdExport("other", _disk)]);
        server.Listen(_place["s"]);
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured);
        (int Command, long Offset, long Length, int Flags, uint Error)[] requests =
        [
            (0, Length - 1, 2, 0, 22), (0, -1, 1, 0, 22), (0, long.MinValue, 1, 0, 22), (0, 0, uint.MaxValue, 0, 22), (0, 0, 1, 0x80, 22),
            (99, 0, 0, 0, 22), (6, Length, 1, 0, 28), (4, 0, uint.MaxValue, 0, 28), (7, 0, 0, 0, 22), (6, 0, 1, 16, 22),
        ];
        foreach ((int command, long offset, long length, int flags, uint error) in requests)
        {
            peer.Request(command, 77, offset, length, flags);
            uint answered = structured ? BinaryPrimitives.ReadUInt32BigEndian(peer.Chunk().Payload) : peer.SimpleReply().Error;
            Assert.Equal((command, offset, error), (command, offset, answered));
        }

        // Writes bring their data, also those that are refused.
        foreach ((long offset, int length, uint error) in new[] { (Length - 1L, 2, 28u), (0, NbdLimits.LargestRequest + 1, 28u), (100, 3, 0u) })
        {
            peer.Request(1, 78, offset, length);
            peer.Send(new byte[length]);
            uint answered = structured && error > 0 ? BinaryPrimitives.ReadUInt32BigEndian(peer.Chunk().Payload) : peer.SimpleReply().Error;
            Assert.Equal(error, answered);
        }

        AssertServed(server, "other");
    }

    [Fact]
    public void A_client_that_never_reads_its_answers_holds_up_no_other()
    {
        using NbdServer server = Serve(new NbdServerOptions { MaxThreads = 4, MaxBytesInFlight = 40 << 20 });
        List<RawPeer> peers = [];
        for (int i = 0; i < 20; i++)
        {
            RawPeer peer = RawPeer.Connect(_place["s"]);
            peers.Add(peer);
            peer.Go("disk", structured: i % 2 == 0);
            for (int request = 0; request < 20; request++)
            {
                peer.Request(0, 1, 0, Length - 1);
            }
        }

        AssertServed(server);
        peers.ForEach(peer => peer.Dispose());
        Assert.True(server.WaitUntilIdle(Place.Patience));
    }

    [Fact]
    public void The_server_cuts_off_a_client_that_takes_no_answer()
    {
        ConcurrentQueue<NbdServerFault> faults = new();
        using NbdServer server = Serve(new NbdServerOptions { SendTimeout = TimeSpan.FromMilliseconds(50), OnFault = faults.Enqueue });
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: true);
        for (int request = 0; request < 20; request++)
        {
            peer.Request(0, 1, 0, Length - 1);
        }

        Assert.True(server.WaitUntilIdle(Place.Patience));
        Assert.Contains(faults, fault => fault.Message.Contains("took no bytes", StringComparison.Ordinal));
        AssertServed(server);
    }

    [Fact]
    public void The_server_cuts_off_a_client_that_chooses_no_export()
    {
        using NbdServer server = Serve(new NbdServerOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Greet();
        Assert.True(peer.IsClosedByPeer());

        Assert.True(server.WaitUntilIdle(Place.Patience));
    }

    [Fact]
    public void The_server_cuts_off_a_client_that_asks_for_nothing()
    {
        ConcurrentQueue<NbdServerFault> faults = new();
        using NbdServer server = Serve(new NbdServerOptions { IdleTimeout = TimeSpan.FromMilliseconds(100), OnFault = faults.Enqueue });
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: true);
        Assert.True(peer.IsClosedByPeer());

        Assert.True(server.WaitUntilIdle(Place.Patience));
        Assert.Equal("the peer sent nothing for too long", Assert.Single(faults).Message);
    }

    [Fact]
    public void The_server_refuses_one_client_too_many()
    {
        using NbdServer server = Serve(new NbdServerOptions { MaxConnections = 1 });
        using (NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk")))
        {
            Assert.Throws<NbdException>(() => NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk")));
            client.ReadAt(0, new byte[1]);
        }

        Assert.True(server.WaitUntilIdle(Place.Patience));
        AssertServed(server);
    }

    private NbdServer Serve(NbdServerOptions? options = null)
    {
        NbdServer server = new([new NbdExport("disk", _disk)], options);
        server.Listen(_place["s"]);
        return server;
    }

    private void AssertServed(NbdServer server, string export = "disk")
    {
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], export));
        byte[] read = new byte[Length];
        client.ReadAt(0, read);
        Assert.True(_disk.Data.SequenceEqual(read));
        Assert.True(server.OpenConnections > 0);
    }
}
