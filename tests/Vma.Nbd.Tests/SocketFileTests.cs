// SPDX-License-Identifier: MIT

using System.Net.Sockets;

namespace Vma.Nbd.Tests;

/// <summary>The file of a unix socket when several servers want it.</summary>
public sealed class SocketFileTests : IDisposable
{
    private readonly Place _place = new();
    private readonly TestDisk _disk = new(1000);

    public void Dispose()
    {
        _disk.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_servers_that_start_together_exactly_one_serves(bool isLeftOver)
    {
        for (int round = 0; round < 100; round++)
        {
            if (isLeftOver)
            {
                LeaveSocket();
            }

            using NbdServer first = Server(), second = Server();
            IOException?[] refusals = ListenTogether(first, second);

            IOException refused = Assert.Single(refusals, refusal => refusal is not null)!;
            Assert.Equal($"Cannot listen on '{_place["s"]}': Address already in use", refused.Message);
            Assert.Equal(["s"], _place.Entries);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_place["s"]));
            (NbdServer winner, NbdServer loser) = refusals[0] is null ? (first, second) : (second, first);
            loser.Dispose();
            using (NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"])))
            {
                Assert.Equal(_disk.Length, client.Length);
            }

            winner.Dispose();
            Assert.Empty(_place.Entries);
        }
    }

    [Fact]
    public void A_server_leaves_the_file_of_another_one_alone()
    {
        using NbdServer first = Server(), second = Server();
        first.Listen(_place["s"]);
        File.Delete(_place["s"]);
        second.Listen(_place["s"]);
        first.Dispose();
        Assert.True(Place.CanConnect(_place["s"]));
    }

    [Fact]
    public void A_lock_that_a_killed_server_left_is_no_hindrance()
    {
        _place.File("s.lock");
        using NbdServer server = Server();
        server.Listen(_place["s"]);
        Assert.Equal(["s"], _place.Entries);
    }

    private NbdServer Server() => new([new NbdExport("disk", _disk)]);

    private IOException?[] ListenTogether(params NbdServer[] servers)
    {
        var refusals = new IOException?[servers.Length];
        using var start = new Barrier(servers.Length);
        Thread[] threads = [.. servers.Select((server, number) => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                server.Listen(_place["s"]);
            }
            catch (IOException refused)
            {
                refusals[number] = refused;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return refusals;
    }

    /// <summary>A socket's file that nobody listens on, as a killed server leaves it.</summary>
    private void LeaveSocket()
    {
        using var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        bound.Bind(new UnixDomainSocketEndPoint(_place["left"]));
        File.Move(_place["left"], _place["s"]);
    }
}
