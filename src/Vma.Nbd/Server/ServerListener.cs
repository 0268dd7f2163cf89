// SPDX-License-Identifier: MIT

using System.Net.Sockets;

namespace Vma.Nbd.Server;

/// <summary>A listening socket and the thread that accepts from it.</summary>
internal sealed class ServerListener(Socket socket, Action<Socket> take) : IDisposable
{
    private const int StackLength = 256 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private volatile bool _disposed;

    public void Start() => new Thread(Accept, StackLength) { IsBackground = true, Name = "NBD listener" }.Start();

    /// <summary>Takes no more clients. The file of a unix socket goes with it.</summary>
    public void Dispose()
    {
        _disposed = true;
        socket.Dispose();
    }

    private void Accept()
    {
        while (!_disposed)
        {
            Socket client;
            try
            {
                client = socket.Accept();
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                if (!_disposed)
                {
                    // A client that went at once, or no descriptor left: a short rest, or this would be a busy loop.
                    Thread.Sleep(Pause);
                }

                continue;
            }

            take(client);
        }
    }
}
