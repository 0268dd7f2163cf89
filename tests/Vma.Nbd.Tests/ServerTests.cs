// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Vma.Nbd.Tests;

public sealed class ServerTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_server_refuses_a_port_that_another_server_listens_on()
    {
        using TestDisk disk = new(1000);
        using NbdServer server = new([new NbdExport("disk", disk)]), other = new([new NbdExport("disk", disk)]);
        IPEndPoint address = server.Listen(new IPEndPoint(IPAddress.Loopback, 0));

        IOException fault = Assert.Throws<IOException>(() => other.Listen(address));
        Assert.Contains($"Cannot listen on {address}: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_goes_without_a_word_is_no_fault()
    {
        ConcurrentQueue<NbdServerFault> faults = new();
        using TestDisk disk = TestDisk.Random(2_000_000, seed: 1);
        using NbdServer server = Serve(new NbdExport("disk", disk), new NbdServerOptions { OnFault = faults.Enqueue });
        using (RawPeer peer = RawPeer.Connect(_place["s"]))
        {
            peer.Go("disk", structured: true);
            for (int request = 0; request < 10; request++)
            {
                peer.Request(0, 1, 0, 2_000_000);
            }
        }

        Assert.True(server.WaitUntilIdle(Place.Patience));
        Assert.Empty(faults);
    }

    [Fact]
    public void A_read_error_fails_its_own_range_and_the_server_keeps_the_connection()
    {
        ConcurrentQueue<NbdServerFault> faults = new();
        using TestDisk disk = TestDisk.Random(2_000_000, seed: 1);
        disk.WriteAt(1_000_000, [1]);
        disk.Faulty = 1_000_000..1_000_512;
        using NbdServer server = Serve(new NbdExport("disk", disk), new NbdServerOptions { OnFault = faults.Enqueue });
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));

        NbdException fault = Assert.Throws<NbdException>(() => client.ReadAt(0, new byte[2_000_000]));
        Assert.Equal((NbdError.InputOutput, false), (fault.Error, fault.ConnectionLost));
        Assert.Contains("sector 1953 cannot be read", fault.Message, StringComparison.Ordinal);
        Assert.Contains("sector 1953", Assert.Single(faults).Message, StringComparison.Ordinal);
        byte[] read = new byte[999_000];
        client.ReadAt(1_000_512, read);
        Assert.True(disk.Data.Slice(1_000_512, read.Length).SequenceEqual(read));
        Assert.Equal(1, server.AcceptedConnections);
    }

    [Fact]
    public void A_client_without_structured_replies_is_told_a_read_error_too()
    {
        using TestDisk disk = TestDisk.Random(2_000_000, seed: 1);
        disk.Faulty = 1_000_000..1_000_512;
        using NbdServer server = Serve(new NbdExport("disk", disk));
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: false);

        peer.Request(0, 1, 0, 2_000_000);
        Assert.Equal((5u, 1ul), peer.SimpleReply());
        peer.Request(0, 2, 0, 900_000);
        Assert.Equal((0u, 2ul), peer.SimpleReply());
        Assert.True(disk.Data[..900_000].SequenceEqual(peer.Receive(900_000)));
    }

    [Fact]
    public void A_client_that_wants_no_fragments_gets_one()
    {
        using TestDisk disk = TestDisk.Random(2_000_000, seed: 1);
        using NbdServer server = Serve(new NbdExport("disk", disk));
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: true);

        peer.Request(0, 1, 0, 2_000_000, flags: 4);
        (ushort flags, ushort type, _, byte[] payload) = peer.Chunk();
        Assert.Equal((1, 1), (flags, type));
        Assert.True(disk.Data.SequenceEqual(payload.AsSpan(8)));
    }

    [Fact]
    public void A_client_that_asks_for_one_extent_gets_one()
    {
        using TestDisk disk = new(100 * TestDisk.Block);
        disk.WriteAt(10 * TestDisk.Block, new byte[1]);
        using NbdServer server = Serve(new NbdExport("disk", disk));
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: true);

        peer.Request(7, 1, 0, disk.Length, flags: 8);
        Assert.Equal(RawPeer.Bytes(1, 10 * TestDisk.Block, 3), peer.Chunk().Payload);
        peer.Request(7, 1, 0, disk.Length);
        Assert.Equal(RawPeer.Bytes(1, 10 * TestDisk.Block, 3, TestDisk.Block, 0, 89 * TestDisk.Block, 3), peer.Chunk().Payload);
    }

    [Fact]
    public void The_server_works_on_several_slow_requests_of_one_client_at_once()
    {
        using Barrier together = new(4);
        using TestDisk disk = TestDisk.Random(1_000_000, seed: 1);
        disk.Before = (offset, _) =>
        {
            if (offset == 0)
            {
                Thread.Sleep(2); // a disk that takes its time; what is tested does not depend on how much
            }
            else
            {
                Assert.True(together.SignalAndWait(Place.Patience));
            }
        };
        using NbdServer server = Serve(new NbdExport("disk", disk));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));
        for (int i = 0; i < 10; i++)
        {
            client.ReadAt(0, new byte[512]);
        }

        Thread[] readers = [.. Enumerable.Range(1, 4).Select(number => new Thread(() => client.ReadAt(number * 512, new byte[512])))];
        Array.ForEach(readers, reader => reader.Start());
        Assert.All(readers, reader => Assert.True(reader.Join(Place.Patience)));
    }

    [Fact]
    public void The_server_works_on_no_more_slow_requests_at_once_than_the_export_allows()
    {
        int running = 0, most = 0;
        using TestDisk disk = TestDisk.Random(1_000_000, seed: 1);
        disk.Before = (_, _) =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.Sleep(2);
            Interlocked.Decrement(ref running);
        };
        using NbdServer server = Serve(new NbdExport("disk", disk) { MaxRequestsInFlight = 3 });
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));
        Thread[] readers = [.. Enumerable.Range(1, 12).Select(number => new Thread(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                client.ReadAt(number * 512, new byte[512]);
            }
        }))];
        Array.ForEach(readers, reader => reader.Start());
        Assert.All(readers, reader => Assert.True(reader.Join(Place.Patience)));
        Assert.InRange(most, 1, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NbdExport("disk", disk) { MaxRequestsInFlight = 0 });

        static void InterlockedMax(ref int place, int value)
        {
            for (int seen = Volatile.Read(ref place); seen < value;)
            {
                seen = Interlocked.CompareExchange(ref place, value, seen);
            }
        }
    }

    [Fact]
    public void A_sink_takes_writes_and_refuses_reads()
    {
        using TestDisk sink = new(1_000_001);
        using NbdServer server = Serve(new NbdExport("sink", null, sink));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "sink"));
        byte[] data = new byte[999_999];
        new Random(1).NextBytes(data);

        client.WriteAt(2, data);
        client.WriteZeroesAt(100, 1000);
        client.Trim(0, 4096);
        client.Flush();
        data.AsSpan(98, 1000).Clear();
        Assert.True(sink.Data[2..].SequenceEqual(data));
        Assert.Equal(1, sink.Flushes);
        Assert.Equal(NbdError.NotPermitted, Assert.Throws<NbdException>(() => client.ReadAt(0, new byte[1])).Error);
        Assert.Equal(new BlockStatus(1_000_001, false), client.StatusAt(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Trimming_makes_zeros_only_where_the_export_says_so(bool makesZeroes)
    {
        using TestDisk disk = new(10_000);
        using NbdServer server = Serve(new NbdExport("disk", disk, disk) { TrimMakesZeroes = makesZeroes });
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));
        client.WriteAt(0, [1, 2, 3, 4]);
        client.Trim(1, 2);

        Assert.Equal(makesZeroes ? [1, 0, 0, 4] : [1, 2, 3, 4], disk.Data[..4].ToArray());
    }

    [Fact]
    public void The_server_flushes_writes_with_forced_unit_access()
    {
        using TestDisk disk = new(10_000);
        using NbdServer server = Serve(new NbdExport("disk", disk, disk));
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: true);
        peer.Request(1, 1, 0, 3, flags: 1);
        peer.Send("abc");
        Assert.Equal(0u, peer.SimpleReply().Error);
        peer.Request(6, 2, 0, 3, flags: 1);
        Assert.Equal(0u, peer.SimpleReply().Error);

        Assert.Equal(2, disk.Flushes);
    }

    [Fact]
    public void A_write_that_fails_is_an_error_and_the_server_keeps_the_connection()
    {
        using TestDisk disk = new(2_000_000);
        disk.Faulty = 600_000..600_001;
        using NbdServer server = Serve(new NbdExport("disk", disk, disk));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));

        Assert.Equal(NbdError.InputOutput, Assert.Throws<NbdException>(() => client.WriteAt(0, new byte[2_000_000])).Error);
        client.WriteAt(0, [1, 2, 3]);
        Assert.Equal(3, disk.Data[2]);
    }

    [Fact]
    public void An_export_that_is_only_read_takes_no_writes()
    {
        using TestDisk disk = TestDisk.Random(10_000, seed: 1);
        using NbdServer server = Serve(new NbdExport("disk", disk, disk), new NbdServerOptions { ReadOnly = true });
        using RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured: false);
        peer.Request(1, 1, 0, 3);
        peer.Send("abc");

        Assert.Equal(1u, peer.SimpleReply().Error);
    }

    [Fact]
    public void The_server_lists_exports_with_sizes_and_descriptions()
    {
        using TestDisk disk = new(512), sink = new(1000);
        using NbdServer server = new([new NbdExport("a", disk) { Description = "first" }, new NbdExport("ü b", null, sink)]);
        IPEndPoint address = server.Listen(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal([new NbdExportInfo("a", "first", 512, true), new NbdExportInfo("ü b", "", 1000, false)],
            NbdClient.List(NbdUri.ForHost("127.0.0.1", address.Port)));
        NbdException fault = Assert.Throws<NbdException>(() => NbdClient.Connect(NbdUri.ForHost("127.0.0.1", address.Port)));
        Assert.Contains("there is no such export", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_user_may_open_the_socket_file_and_the_server_removes_it()
    {
        using TestDisk disk = new(512);
        using (NbdServer server = Serve(new NbdExport("disk", disk)))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(_place["s"]));
            using NbdServer second = new([]);
            Assert.Throws<IOException>(() => second.Listen(_place["s"]));
        }

        Assert.False(File.Exists(_place["s"]));
    }

    [Fact]
    public void The_server_replaces_a_stale_socket_and_no_other_file()
    {
        using TestDisk disk = new(512);
        using (Socket killed = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            killed.Bind(new UnixDomainSocketEndPoint(_place["other"]));
            File.Move(_place["other"], _place["s"]);
        }

        Assert.True(File.Exists(_place["s"]));
        using NbdServer server = Serve(new NbdExport("disk", disk));
        File.WriteAllText(_place["file"], "kept");

        Assert.Throws<IOException>(() => server.Listen(_place["file"]));
        Assert.Equal("kept", File.ReadAllText(_place["file"]));
        NbdClient.Connect(NbdUri.ForSocket(_place["s"])).Dispose();
    }

    [Fact]
    public void The_server_serves_a_connected_socket_until_its_client_goes()
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            near = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_place["pair"]));
        listener.Listen();
        near.Connect(new UnixDomainSocketEndPoint(_place["pair"]));
        ConcurrentQueue<NbdServerFault> faults = new();
        using TestDisk disk = TestDisk.Random(5000, seed: 1);
        using NbdServer server = new([new NbdExport("disk", disk)], new NbdServerOptions { OnFault = faults.Enqueue });
        server.Serve(listener.Accept());
        byte[] read = new byte[10];
        using (NbdClient client = NbdClient.Connect(near, "disk"))
        {
            Assert.Equal(1, server.OpenConnections);
            client.ReadAt(1, read);
        }

        Assert.True(server.WaitUntilIdle(Place.Patience));
        Assert.Equal(disk.Data.Slice(1, 10), read);
        Assert.Equal((0, 1), (server.OpenConnections, server.AcceptedConnections));
        Assert.Empty(faults);
    }

    [Fact]
    public void Stopping_lets_a_running_request_finish()
    {
        using ManualResetEventSlim reading = new(), go = new();
        using TestDisk disk = TestDisk.Random(5000, seed: 1);
        disk.Before = (_, _) =>
        {
            reading.Set();
            Assert.True(go.Wait(Place.Patience));
        };
        using NbdServer server = Serve(new NbdExport("disk", disk));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));
        byte[] read = new byte[5000];
        Thread reader = new(() => client.ReadAt(0, read));
        reader.Start();
        Assert.True(reading.Wait(Place.Patience));
        bool clean = false;
        Thread stopper = new(() => clean = server.Stop(Place.Patience));
        stopper.Start();
        Wait.Until(() => !File.Exists(_place["s"]));
        go.Set();

        Assert.True(stopper.Join(Place.Patience) && reader.Join(Place.Patience));
        Assert.True(clean);
        Assert.True(disk.Data.SequenceEqual(read));
    }

    [Fact]
    public void The_server_disposes_only_the_disks_that_an_export_owns()
    {
        using TestDisk owned = new(512), lent = new(512);
        new NbdServer([new NbdExport("a", owned) { OwnsDisks = true }, new NbdExport("b", lent)]).Dispose();

        Assert.Equal((true, false), (owned.IsDisposed, lent.IsDisposed));
    }

    private NbdServer Serve(NbdExport export, NbdServerOptions? options = null)
    {
        NbdServer server = new([export], options);
        server.Listen(_place["s"]);
        return server;
    }
}
