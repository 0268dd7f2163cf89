// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;

namespace Vma.Nbd.Tests;

/// <summary>Clients that ask for as much as they may and stop reading, beside one that reads.</summary>
public sealed class StuckClientTests : IDisposable
{
    private const int Longest = 32 << 20, Length = Longest + 4096;
    private const int DoNotFragment = 4;
    private const uint InputOutput = 5;

    private readonly Place _place = new();
    private readonly TestDisk _disk = TestDisk.Random(Length, seed: 5);
    private readonly ConcurrentQueue<NbdServerFault> _faults = new();
    private readonly List<RawPeer> _stuck = [];

    public void Dispose()
    {
        _stuck.ForEach(peer => peer.Dispose());
        _disk.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Clients_that_hold_all_memory_for_long_answers_leave_others_theirs(bool structured)
    {
        using NbdServer server = ServeWithStuckClients();
        using RawPeer other = Connect(structured);
        for (ulong cookie = 1; cookie <= 3; cookie++)
        {
            other.Request(0, cookie, 4096, Longest, structured ? DoNotFragment : 0);
            byte[] read = structured ? other.Chunk().Payload[8..] : Simple(other, cookie);
            Assert.True(_disk.Data[4096..].SequenceEqual(read));
        }

        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));
        var all = new byte[Longest];
        client.ReadAt(0, all);
        Assert.True(_disk.Data[..Longest].SequenceEqual(all));
        Assert.Empty(_faults);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_disk_that_cannot_be_read_is_an_error_of_the_request_then_too(bool structured)
    {
        using NbdServer server = ServeWithStuckClients();
        using RawPeer other = Connect(structured);
        _disk.Faulty = (Length - 4096)..Length;
        other.Request(0, 1, 4096, Longest, structured ? DoNotFragment : 0);
        uint error = structured ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(other.Chunk().Payload) : other.SimpleReply().Error;
        Assert.Equal(InputOutput, error);
        other.Request(0, 2, 0, 1, structured ? DoNotFragment : 0);
        Assert.Equal(_disk.Data[0], structured ? other.Chunk().Payload[8] : other.SimpleReply().Error == 0 ? other.Receive(1)[0] : -1);
    }

    [Fact]
    public void A_disk_that_fails_while_its_data_is_on_its_way_ends_that_connection_only()
    {
        using NbdServer server = ServeWithStuckClients();
        using RawPeer other = Connect(structured: false);
        int lastReads = 0;
        _disk.Before = (offset, length) =>
        {
            if (offset + length == Length && ++lastReads == 2)
            {
                _disk.Faulty = (Length - 4096)..Length;
            }
        };
        other.Request(0, 1, 4096, Longest);
        Assert.Equal((0u, 1ul), other.SimpleReply());
        Assert.True(other.IsClosedByPeer());
        _disk.Faulty = default;
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));
        client.ReadAt(0, new byte[Longest]);
        Assert.True(SpinWait.SpinUntil(() => _faults.Any(fault => fault.Message.StartsWith("an answer ends before its end", StringComparison.Ordinal)),
            Place.Patience));
    }

    /// <summary>With the room that the command's server has: one of the longest answers, and some more.</summary>
    private NbdServer ServeWithStuckClients()
    {
        NbdServer server = new([new NbdExport("disk", _disk)], new NbdServerOptions { MaxBytesInFlight = 40 << 20, OnFault = _faults.Enqueue });
        server.Listen(_place["s"]);
        for (int i = 0; i < 2; i++)
        {
            _stuck.Add(Connect(structured: false));
            _stuck[i].Request(0, 1, 0, Longest);
            Assert.Equal((0u, 1ul), _stuck[i].SimpleReply());
        }

        return server;
    }

    private RawPeer Connect(bool structured)
    {
        RawPeer peer = RawPeer.Connect(_place["s"]);
        peer.Go("disk", structured);
        return peer;
    }

    private static byte[] Simple(RawPeer peer, ulong cookie)
    {
        Assert.Equal((0u, cookie), peer.SimpleReply());
        return peer.Receive(Longest);
    }
}
