// SPDX-License-Identifier: MIT

using System.Net;

namespace Vma.Nbd.Tests.Readme;

/// <summary>The code that the package's README shows. <see cref="ReadmeTests"/> compares it and runs it.</summary>
internal static class ReadmeSamples
{
    public static void Serve(string path, string socketPath, TextWriter output, Action waitForTheEnd)
    {
        using RawDisk disk = RawDisk.OpenWrite(path);
        using var server = new NbdServer([new NbdExport("disk", source: disk, target: disk) { TrimMakesZeroes = true }]);
        server.Listen(socketPath);
        IPEndPoint address = server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        output.WriteLine($"nbd+unix:///disk?socket={socketPath}");
        output.WriteLine($"nbd://{address}/disk");
        waitForTheEnd();
        server.Stop(TimeSpan.FromSeconds(10));
    }

    public static void ReadAndWrite(string address)
    {
        var options = new NbdClientOptions { Connections = 4 };
        using NbdClient client = NbdClient.Connect(NbdUri.Parse(address), options);
        var buffer = new byte[1 << 20];
        client.ReadAt(0, buffer);
        client.WriteAt(4096, buffer.AsSpan(0, 512));
        client.WriteZeroesAt(8192, 65536);
        client.Flush();
    }

    public static void ShowStatus(NbdClient client, TextWriter output)
    {
        for (long offset = 0; offset < client.Length;)
        {
            BlockStatus status = client.StatusAt(offset);
            output.WriteLine($"{offset} {status.Length} {(status.ReadsAsZeroes ? "zeros" : "data")}");
            offset += status.Length;
        }
    }

    public static void ServeOverTls(IBlockSource disk, string directory, Action<NbdClient> use)
    {
        using NbdTls certificates = NbdTls.LoadServer(directory, verifyClients: true);
        using var server = new NbdServer([new NbdExport("disk", disk)], new NbdServerOptions { Tls = certificates });
        int port = server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port;
        using NbdClient client = NbdClient.Connect(NbdUri.Parse($"nbds://localhost:{port}/disk?tls-certificates={directory}"));
        use(client);
    }
}

internal sealed class CountingDisk(long length) : IBlockSource
{
    public long Length => length;

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < buffer.Length; i++)
        {
            buffer[i] = unchecked((byte)((offset + i) / 4096));
        }
    }

    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) =>
        offset < 4096 ? new BlockStatus(4096 - offset, ReadsAsZeroes: true) : new BlockStatus(length - offset, ReadsAsZeroes: false);

    public void Dispose()
    {
    }
}
