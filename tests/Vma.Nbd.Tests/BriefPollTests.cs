// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Nbd.Wire;

namespace Vma.Nbd.Tests;

/// <summary>A thread looks out for bytes before it sleeps. That ends whether they come or not; the tests do not depend on when.</summary>
public sealed class BriefPollTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Socket _one;
    private readonly Socket _other;

    public BriefPollTests()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_place["s"]));
        listener.Listen();
        _other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _other.Connect(new UnixDomainSocketEndPoint(_place["s"]));
        _one = listener.Accept();
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void The_poll_ends_when_a_peer_that_was_quick_says_nothing_more()
    {
        var poll = new BriefPoll();
        for (int i = 0; i < 1000; i++)
        {
            poll.Begin(_one);
            poll.End();
        }

        Assert.Equal(0, _one.Available);
    }

    [Fact]
    public void The_poll_takes_no_bytes_away_and_ends_when_the_peer_has_gone()
    {
        var poll = new BriefPoll();
        _other.Send([1, 2, 3]);
        poll.Begin(_one);
        poll.End();
        poll.Begin(_one);
        var bytes = new byte[10];
        Assert.Equal(3, _one.Receive(bytes));
        _other.Dispose();
        poll.End();
        poll.Begin(_one);
        Assert.Equal(0, _one.Receive(bytes));
    }
}
