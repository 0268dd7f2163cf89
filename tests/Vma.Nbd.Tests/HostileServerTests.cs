// SPDX-License-Identifier: MIT

using System.Net.Sockets;

namespace Vma.Nbd.Tests;

public sealed class HostileServerTests : IDisposable
{
    private const int Length = 1 << 20;
    private const ushort Read = 0;
    private const ushort Write = 1;
    private const ushort Disconnect = 2;

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    private static readonly Dictionary<string, Action<RawPeer, byte[]>> BadReads = new()
    {
        ["a wrong cookie"] = (peer, cookie) => peer.SendChunk([1, 2, 3, 4, 5, 6, 7, 8], 1, true, 0L, new byte[4096]),
        ["something that is no answer"] = (peer, cookie) => peer.Send(new byte[100]),
        ["a cut header"] = (peer, cookie) => peer.Send(0x668e33ef, (short)1),
        ["cut data"] = (peer, cookie) => peer.Send(0x668e33ef, (short)1, (short)1, cookie, 8 + 4096, 0L, new byte[100]),
        ["too few bytes"] = (peer, cookie) => peer.SendChunk(cookie, 1, true, 0L, new byte[4095]),
        ["too many bytes"] = (peer, cookie) => peer.SendChunk(cookie, 1, true, 0L, new byte[4097]),
        ["bytes before the request"] = (peer, cookie) => peer.SendChunk(cookie, 1, true, -1L, new byte[4096]),
        ["a hole behind the request"] = (peer, cookie) => peer.SendChunk(cookie, 2, true, 4096L, 4096),
        ["a hole of 4 GiB"] = (peer, cookie) => peer.SendChunk(cookie, 2, true, 0L, -1),
        ["an empty hole"] = (peer, cookie) => peer.SendChunk(cookie, 2, true, 0L, 0),
        ["the same bytes twice"] = (peer, cookie) =>
        {
            peer.SendChunk(cookie, 1, false, 0L, new byte[2048]);
            peer.SendChunk(cookie, 1, true, 0L, new byte[2048]);
        },
        ["overlapping bytes out of order"] = (peer, cookie) =>
        {
            peer.SendChunk(cookie, 1, false, 2048L, new byte[2048]);
            peer.SendChunk(cookie, 1, true, 1024L, new byte[2048]);
        },
        ["no bytes"] = (peer, cookie) => peer.SendChunk(cookie, 0, true),
        ["data of no bytes"] = (peer, cookie) => peer.SendChunk(cookie, 1, true, 0L),
        ["extents"] = (peer, cookie) => peer.SendChunk(cookie, 5, true, 7, 4096, 0),
        ["a huge length"] = (peer, cookie) => peer.Send(0x668e33ef, (short)1, (short)1, cookie, -1, 0L),
        ["a huge error"] = (peer, cookie) => peer.Send(0x668e33ef, (short)1, unchecked((short)0x8001), cookie, 1 << 30),
        ["an error's message longer than the error"] = (peer, cookie) => peer.SendChunk(cookie, 0x8001, true, 5, (short)100, "x"),
        ["a simple reply"] = (peer, cookie) => peer.Send(0x67446698, 0, cookie, new byte[4096]),
        ["an unknown chunk"] = (peer, cookie) => peer.SendChunk(cookie, 77, true, new byte[10]),
        ["its end"] = (peer, cookie) => { },
    };

    private static readonly Dictionary<string, Action<RawPeer, byte[]>> BadStatus = new()
    {
        ["an extent of no bytes"] = (peer, cookie) => peer.SendChunk(cookie, 5, true, 7, 0, 0),
        ["no extents"] = (peer, cookie) => peer.SendChunk(cookie, 5, true, 7),
        ["half an extent"] = (peer, cookie) => peer.SendChunk(cookie, 5, true, 7, 4096, 0, (short)1),
        ["another context only"] = (peer, cookie) => peer.SendChunk(cookie, 5, true, 8, 4096, 0),
        ["success without an answer"] = (peer, cookie) => peer.Send(0x67446698, 0, cookie),
        ["a huge length"] = (peer, cookie) => peer.Send(0x668e33ef, (short)1, (short)5, cookie, -4, 7),
    };

    private static readonly Dictionary<string, Action<RawPeer>> BadHandshakes = new()
    {
        ["nothing"] = peer => { },
        ["text"] = peer => peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n"),
        ["the old style"] = peer => peer.Send("NBDMAGIC", 0x0000420281861253L, (long)Length, 0, new byte[124]),
        ["no fixed newstyle"] = peer => peer.Send("NBDMAGIC", "IHAVEOPT", (short)0),
        ["an answer to another option"] = peer => { peer.Send("NBDMAGIC", "IHAVEOPT", (short)3); peer.Reply(99, 1); peer.Receive(1000); },
        ["an answer of 4 GiB"] = peer => { peer.Send("NBDMAGIC", "IHAVEOPT", (short)3, 0x0003e889045565a9L, 8, 1, -1); peer.Receive(1000); },
        ["a negative size"] = peer => peer.Offer(-1),
        ["no flags"] = peer => peer.Offer(Length, flags: 0),
        ["blocks of 3 bytes"] = peer => peer.Offer(Length, blocks: (3, 4096)),
        ["blocks of no bytes"] = peer => peer.Offer(Length, blocks: (0, 4096)),
        ["largest below smallest"] = peer => peer.Offer(Length, blocks: (4096, 512)),
    };

    public static TheoryData<string> ReadNames => [.. BadReads.Keys];

    public static TheoryData<string> StatusNames => [.. BadStatus.Keys];

    public static TheoryData<string> HandshakeNames => [.. BadHandshakes.Keys];

    [Theory]
    [MemberData(nameof(ReadNames))]
    public async Task A_bad_answer_to_a_read_is_an_error(string name)
    {
        Task server = RawPeer.Serve(_place["s"], peer => AnswerOnce(peer, BadReads[name]));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));

        NbdException fault = Assert.Throws<NbdException>(() => client.ReadAt(0, new byte[4096]));
        Assert.True(fault.ConnectionLost);
        Assert.Throws<NbdException>(() => client.ReadAt(0, new byte[4096]));
        await server;
    }

    [Theory]
    [MemberData(nameof(StatusNames))]
    public async Task A_bad_answer_to_a_status_is_an_error(string name)
    {
        Task server = RawPeer.Serve(_place["s"], peer => AnswerOnce(peer, BadStatus[name]));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));

        Assert.Throws<NbdException>(() => client.StatusAt(0));
        client.Dispose();
        await server;
    }

    [Theory]
    [MemberData(nameof(HandshakeNames))]
    public async Task A_bad_handshake_is_an_error(string name)
    {
        Task server = RawPeer.Serve(_place["s"], peer => BadHandshakes[name](peer));

        NbdException fault = Assert.Throws<NbdException>(() => NbdClient.Connect(NbdUri.ForSocket(_place["s"])));
        Assert.Contains(_place["s"], fault.Message, StringComparison.Ordinal);
        await server;
    }

    [Fact]
    public async Task What_a_server_says_is_one_line_of_what_can_be_seen()
    {
        Task server = RawPeer.Serve(_place["s"], peer => peer.Refuse("no: \e[2J\u202e\u2066\u2028\u0085\n ü𝄞"));

        NbdException fault = Assert.Throws<NbdException>(() => NbdClient.Connect(NbdUri.ForSocket(_place["s"])));
        Assert.Contains("no: ?[2J????? ü𝄞", fault.Message, StringComparison.Ordinal);
        await server;
    }

    [Fact]
    public async Task A_write_whose_answer_did_not_come_is_an_error_and_is_not_sent_again()
    {
        List<ushort> commands = [];
        Task server = RawPeer.ServeEach(_place["s"], 2, peer =>
        {
            peer.Offer(Length);
            for (int i = 0; i < 2; i++)
            {
                (ushort command, byte[] cookie, _, uint length) = peer.NextRequest();
                commands.Add(command);
                if (command != Read)
                {
                    peer.Receive((int)length);
                    return; // and the connection ends
                }

                peer.SendChunk(cookie, 1, true, 0L, new byte[length]);
            }
        });
        using (NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { ReconnectTimeout = Place.Patience }))
        {
            Assert.Throws<NbdException>(() => client.WriteAt(0, new byte[4096]));
            client.ReadAt(0, new byte[4096]);
        }

        await server;
        Assert.Equal([Write, Read, Disconnect], commands);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_in_time()
    {
        using ManualResetEventSlim done = new();
        Task server = RawPeer.Serve(_place["s"], _ => done.Wait());

        NbdException fault = Assert.Throws<NbdException>(() =>
            NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) }));
        Assert.Contains("in time", fault.Message, StringComparison.Ordinal);
        done.Set();
        await server;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_server_that_does_not_finish_an_answer_is_given_up_in_time(int bytes)
    {
        Task server = RawPeer.Serve(_place["s"], peer => AnswerOnce(peer, (_, cookie) =>
        {
            peer.Send(0x668e33ef, (short)1, (short)1, cookie, 8 + 4096, 0L, new byte[bytes]);
            peer.IsClosedByPeer();
        }));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { RequestTimeout = TimeSpan.FromMilliseconds(50) });

        NbdException fault = Assert.Throws<NbdException>(() => client.ReadAt(0, new byte[4096]));
        Assert.Contains("did not answer", fault.Message, StringComparison.Ordinal);
        await server;
    }

    [Fact]
    public async Task A_cancelled_read_ends_though_the_server_does_not_answer()
    {
        using CancellationTokenSource cancel = new();
        Task server = RawPeer.Serve(_place["s"], peer =>
        {
            peer.Offer(Length);
            (_, byte[] first, _, _) = peer.NextRequest();
            cancel.Cancel();
            (_, byte[] second, _, _) = peer.NextRequest();
            peer.SendChunk(first, 1, true, 0L, Enumerable.Repeat((byte)1, 4096).ToArray());
            peer.SendChunk(second, 1, true, 4096L, Enumerable.Repeat((byte)2, 4096).ToArray());
            peer.IsClosedByPeer();
        });
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));
        byte[] abandoned = new byte[4096], read = new byte[4096];

        Assert.ThrowsAny<OperationCanceledException>(() => client.ReadAt(0, abandoned, cancel.Token));
        client.ReadAt(4096, read);
        Assert.All(read, value => Assert.Equal(2, value));
        Assert.All(abandoned, value => Assert.Equal(0, value));
        client.Dispose();
        await server;
    }

    [Fact]
    public async Task A_read_that_failed_while_it_was_sent_writes_no_answer_to_memory_that_is_no_longer_its_own()
    {
        using ManualResetEventSlim failed = new();
        Task server = RawPeer.Serve(_place["s"], peer =>
        {
            peer.Offer(Length);
            (_, byte[] cookie, _, _) = peer.NextRequest();
            failed.Wait();
            peer.SendChunk(cookie, 1, true, 0L, Enumerable.Repeat((byte)1, 4096).ToArray());
        });
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(_place["s"]));
        MoodyStream stream = new(socket);
        using NbdClient client = NbdClient.Connect(stream, string.Empty);
        byte[] read = new byte[4096];

        stream.IsMoody = true;
        NbdException fault = Assert.Throws<NbdException>(() => client.ReadAt(0, read));
        Assert.True(fault.ConnectionLost);
        failed.Set();
        await server;
        client.Dispose();
        Assert.All(read, value => Assert.Equal(0, value));
    }

    /// <summary>A stream that sends, and then fails in a way of its own, also when it is closed.</summary>
    private sealed class MoodyStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        public bool IsMoody { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            if (IsMoody)
            {
                throw new InvalidOperationException("not now");
            }
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (IsMoody && disposing)
            {
                throw new IOException("nothing could be flushed");
            }
        }
    }

    [Fact]
    public async Task Chunks_in_any_order_make_one_answer()
    {
        Task server = RawPeer.Serve(_place["s"], peer => AnswerOnce(peer, (_, cookie) =>
        {
            peer.SendChunk(cookie, 1, false, 3072L, Enumerable.Repeat((byte)4, 1024).ToArray());
            peer.SendChunk(cookie, 2, false, 1024L, 2048);
            peer.SendChunk(cookie, 1, false, 0L, Enumerable.Repeat((byte)1, 1024).ToArray());
            peer.SendChunk(cookie, 0, true);
            peer.IsClosedByPeer();
        }));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));
        byte[] read = Enumerable.Repeat((byte)9, 4096).ToArray();
        client.ReadAt(0, read);

        Assert.Equal([.. Enumerable.Repeat((byte)1, 1024), .. new byte[2048], .. Enumerable.Repeat((byte)4, 1024)], read);
        client.Dispose();
        await server;
    }

    [Fact]
    public async Task Extents_behind_the_end_of_the_disk_are_cut_and_later_ones_remembered()
    {
        Task server = RawPeer.Serve(_place["s"], peer => AnswerOnce(peer, (_, cookie) =>
        {
            peer.SendChunk(cookie, 5, true, 7, 4096, 0, 4096, 3, 8192, 3, -1, 0);
            peer.IsClosedByPeer();
        }));
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));

        Assert.Equal(new BlockStatus(4096, false), client.StatusAt(0));
        Assert.Equal(new BlockStatus(12288 - 1, true), client.StatusAt(4097));
        Assert.Equal(new BlockStatus(Length - 16384, false), client.StatusAt(16384));
        client.Dispose();
        await server;
    }

    private static void AnswerOnce(RawPeer peer, Action<RawPeer, byte[]> answer)
    {
        peer.Offer(Length);
        answer(peer, peer.NextRequest().Cookie);
    }
}
