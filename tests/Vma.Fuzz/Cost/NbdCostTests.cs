// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Nbd;

namespace Vma.Fuzz.Cost;

/// <summary>Both ends of NBD work in proportion to what comes from the other and what goes to it.</summary>
[Collection(typeof(Alone))]
public sealed class NbdCostTests(ITestOutputHelper output)
{
    private const int Length = 1 << 20;
    private const int ConversationsInATestRun = 80;
    private const int MostCalls = 2000;
    private const long OptionMagic = 0x49484156454f5054;

    // The client's part of a conversation: its flags, structured replies, base:allocation, and an export that is opened.
    private static readonly byte[] Opening = RawPeer.Bytes(3, OptionMagic, 8, 0, OptionMagic, 10, 28, 1, "d", 1, 15, "base:allocation",
        OptionMagic, 7, 7, 1, "d", (ushort)0);

    private static readonly Dictionary<string, (byte[] Start, byte[] Piece)> Requests = new()
    {
        ["a list of exports"] = (RawPeer.Bytes(3), RawPeer.Bytes(OptionMagic, 3, 0)),
        ["an unknown option"] = (RawPeer.Bytes(3), RawPeer.Bytes(OptionMagic, 99, 0)),
        ["information"] = (RawPeer.Bytes(3), RawPeer.Bytes(OptionMagic, 6, 7, 1, "d", (ushort)0)),
        ["many contexts"] = (RawPeer.Bytes(3, OptionMagic, 8, 0), RawPeer.Bytes(OptionMagic, 9, 9 + (15 + 4) * 40, 1, "d", 40,
            RawPeer.Bytes([.. Enumerable.Repeat(new object[] { 15, "base:allocation" }, 40).SelectMany(one => one)]))),
        ["a read of nothing"] = (Opening, Request(0, 0, 0)),
        ["a read of one byte"] = (Opening, Request(0, 7, 1)),
        ["a read of much"] = (Opening, Request(0, 0, Length)),
        ["a read behind the end"] = (Opening, Request(0, Length, 1 << 25)),
        ["a status of all"] = (Opening, Request(7, 0, Length)),
        ["a status of one byte"] = (Opening, Request(7, 5, 1)),
        ["zeros of all"] = (Opening, Request(6, 0, Length)),
        ["an unknown request"] = (Opening, Request(99, 0, 1)),
        ["a flush"] = (Opening, Request(3, 0, 0)),
    };

    // What a server answers to a request: the bytes behind its cookie decide.
    private static readonly Dictionary<string, Action<RawPeer, byte[]>> Answers = new()
    {
        ["many small extents"] = (peer, cookie) => peer.SendChunk(cookie, 5, true, 7,
            RawPeer.Bytes([.. Enumerable.Range(0, 100_000).SelectMany(i => new object[] { 1, i % 2 })])),
        ["one small extent"] = (peer, cookie) => peer.SendChunk(cookie, 5, true, 7, 1, 1),
        ["chunks of nothing"] = (peer, cookie) => Times(peer, cookie, 50_000, _ => peer.SendChunk(cookie, 0, false)),
        ["a byte a chunk"] = (peer, cookie) => Times(peer, cookie, 20_000, i => peer.SendChunk(cookie, 1, false, (long)i, (byte)1)),
        ["a byte a chunk, from the end"] = (peer, cookie) => Times(peer, cookie, 20_000, i => peer.SendChunk(cookie, 1, false, 65535L - i, (byte)1)),
        ["every other byte a hole"] = (peer, cookie) => Times(peer, cookie, 20_000, i => peer.SendChunk(cookie, 2, false, 2L * i, 1)),
        ["faults of one byte"] = (peer, cookie) => Times(peer, cookie, 20_000, i => peer.SendChunk(cookie, 0x8002, false, 5, (ushort)1, "x", (long)i)),
        ["a long fault"] = (peer, cookie) => peer.SendChunk(cookie, 0x8001, true, 5, (ushort)4000, new string('x', 4000)),
        ["an answer of 4 GiB"] = (peer, cookie) => peer.Send(0x668e33ef, (ushort)1, (ushort)1, cookie, -1, 0L),
        ["other answers"] = (peer, cookie) => Times(peer, cookie, 50_000, _ => peer.SendChunk(new byte[8], 0, true)),
    };

    public static TheoryData<string> RequestNames => [.. Requests.Keys];

    public static TheoryData<string> AnswerNames => [.. Answers.Keys];

    [Theory]
    [MemberData(nameof(RequestNames))]
    public void One_request_again_and_again_costs_a_server_in_proportion(string name) =>
        RequireServer(new Repetition(name, Requests[name].Start, Requests[name].Piece).Make(100_000));

    [Fact]
    public void Mutants_of_requests_cost_a_server_in_proportion() => CostRun.Run(output, "cost.nbd", ConversationsInATestRun, static (random, _) =>
    {
        (byte[] start, byte[] piece) = Requests.Values.ElementAt(random.Next(Requests.Count));
        byte[] damaged = CompressedFuzzTests.Damage(random, [.. start, .. piece, .. piece], out string _);
        return damaged.Length == 0 || random.Next(3) == 0 ? damaged
            : Repetition.Any(random, damaged).Make(random.Next(damaged.Length, damaged.Length + 20_000));
    }, RequireServer);

    [Theory]
    [MemberData(nameof(AnswerNames))]
    public async Task One_answer_again_and_again_costs_a_client_in_proportion(string name)
    {
        using var scratch = new Scratch();
        RawPeer? peerOrNone = null;
        Task serving = RawPeer.Serve(scratch["s"], peer =>
        {
            peerOrNone = peer;
            peer.Offer(1L << 40);
            while (peer.Sent < 2 * Length)
            {
                Answers[name](peer, peer.NextRequest().Cookie);
            }
        });
        Exchange("a client of NBD", () =>
        {
            using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(scratch["s"]), cancellationToken: TestContext.Current.CancellationToken);
            long at = 0;
            for (int i = 0; i < MostCalls; i++)
            {
                if (name.Contains("extent", StringComparison.Ordinal))
                {
                    at += client.StatusAt(at).Length;
                }
                else
                {
                    client.ReadAt(0, new byte[65536]);
                }
            }
        }, () => peerOrNone?.Sent ?? 0);
        await serving;
    }

    private static void RequireServer(byte[] requests)
    {
        using var scratch = new Scratch();
        using var server = new NbdServer([new NbdExport("d", new PatchyDisk(Length), null)]);
        server.Listen(scratch["s"]);
        long received = 0;
        WorkBound.Usual.Require("a server of NBD", requests.Length, () =>
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(scratch["s"]));
            var reading = new Thread(() =>
            {
                var buffer = new byte[1 << 16];
                try
                {
                    for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
                    {
                        received += count;
                    }
                }
                catch (SocketException)
                {
                    // The server has ended the connection.
                }
            });
            reading.Start();
            try
            {
                for (ReadOnlySpan<byte> left = requests; !left.IsEmpty;)
                {
                    left = left[socket.Send(left)..];
                }

                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The server has ended the connection.
            }

            reading.Join();
            return (received, requests.Length);
        });
    }

    private static void Exchange(string what, Action client, Func<long> sent) => WorkBound.Usual.Require(what, 0, () =>
    {
        try
        {
            client();
        }
        catch (NbdException)
        {
            // What came until then has been counted.
        }

        return (sent(), 0);
    });

    private static byte[] Request(ushort command, long offset, int length) => RawPeer.Bytes(0x25609513, (ushort)0, command, 1L, offset, length);

    /// <summary>Parts of an answer, and its end.</summary>
    private static void Times(RawPeer peer, byte[] cookie, int count, Action<int> send)
    {
        for (int i = 0; i < count; i++)
        {
            send(i);
        }

        peer.SendChunk(cookie, 0, true);
    }

    /// <summary>Every other block is a hole, so that each status is as long as it can be.</summary>
    private sealed class PatchyDisk(long length) : IBlockSource
    {
        private const int Block = 4096;

        public long Length => length;

        public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default) => buffer.Fill(1);

        public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => new(Block - (offset % Block), offset / Block % 2 == 0);

        public void Dispose()
        {
        }
    }
}
