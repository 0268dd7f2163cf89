// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net.Sockets;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>Whatever clients do, the command goes on, in bounded memory, and serves the others.</summary>
public sealed class HostileClientTests
{
    /// <summary>With a compressed archive there is a cache of decompressed data besides, of 64 MiB.</summary>
    [Theory]
    [InlineData("plain.vma", 40, 96)]
    [InlineData("a.vma.zst", 80, 96 + 64)]
    public void Hostile_clients_hurt_no_other_client(string name, int diskMebibytes, int mostMebibytes)
    {
        using var scratch = new Scratch();
        byte[] disk = Images.Noise(diskMebibytes << 20);
        Archives.Write(scratch[name], disk);
        using Served served = Served.Start("--socket", scratch["s"], scratch[name]);
        List<RawPeer> peers = [.. Enumerable.Range(0, 500).Select(_ => RawPeer.Connect(scratch["s"]))];
        AssertServed(scratch, served, disk);

        SendGarbage(scratch["s"], seed: 7);
        for (int i = 0; i < 20; i++)
        {
            // Half of them take answers in pieces, the other half only whole ones of 32 MiB; neither takes any.
            RawPeer peer = RawPeer.Connect(scratch["s"]);
            peers.Add(peer);
            peer.Go("a", structured: i % 2 == 0);
            for (int request = 0; request < 10; request++)
            {
                peer.Request(0, 1, 0, 32 << 20);
            }

            peer.Request(0, 1, 0, uint.MaxValue);
        }

        AssertServed(scratch, served, disk);
        peers.ForEach(peer => peer.Dispose());
        AssertServed(scratch, served, disk);
        Assert.InRange(served.Process.PeakMemory, 1, (long)mostMebibytes << 20);
        served.Stop().Succeeded();
    }

    private static void SendGarbage(string socket, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 100; i++)
        {
            using RawPeer peer = RawPeer.Connect(socket);
            byte[] garbage = new byte[random.Next(1, 3000)];
            random.NextBytes(garbage);
            try
            {
                switch (i % 5)
                {
                    case 0:
                        peer.Send(garbage);
                        break;
                    case 1:
                        peer.Greet();
                        peer.Option(random.Next(1, 12), garbage);
                        break;
                    case 2:
                        peer.Greet();
                        peer.Send("IHAVEOPT", 7, -1);
                        break;
                    case 3:
                        peer.Go("a", structured: true);
                        peer.Send(garbage);
                        break;
                    default:
                        peer.Go("a", structured: false);
                        peer.Send(0x25609513, (ushort)0, (ushort)0, garbage.AsSpan(0, Math.Min(8, garbage.Length)).ToArray());
                        break;
                }
            }
            catch (SocketException fault)
            {
                Assert.True(fault.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown,
                    string.Create(CultureInfo.InvariantCulture, $"seed {seed}, client {i}: {fault.SocketErrorCode}"));
            }
        }
    }

    private static void AssertServed(Scratch scratch, Served served, byte[] disk)
    {
        VmaCall.Shell("exec nbdcopy \"$1\" \"$2\"", served.Uri, scratch["copied"]).Run().Succeeded();
        Assert.True(disk.AsSpan().SequenceEqual(File.ReadAllBytes(scratch["copied"])));
    }
}
