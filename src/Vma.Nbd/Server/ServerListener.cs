// SPDX-License-Identifier: MIT

using System.Net.Sockets;

namespace Vma.Nbd.Server;

/// <summary>A listening socket and the thread that accepts from it.</summary>
internal sealed class ServerListener(Socket socket, Action<Socket> take, Action? remove) : IDisposable
{
    private const int StackLength = 256 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private volatile bool _isDisposed;

    public void Start() => new Thread(Accept, StackLength) { IsBackground = true, Name = "NBD listener" }.Start();

    /// <summary>Takes no more clients, and removes the file of a unix socket.</summary>
    public void Dispose()
    {
        _isDisposed = true;

        // As long as it listens, no other server takes the file for one that was left, and puts its own there.
        remove?.Invoke();
        socket.Dispose();
    }

    private void Accept()
    {
        while (!_isDisposed)
        {
            Socket client;
            try
            {
                client = socket.Accept();
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                if (!_isDisposed)
                {
                    // A client that went at once, or no descriptor left: without a rest this would be a busy loop.
                    Thread.Sleep(Pause);
                }

                continue;
            }

            take(client);
        }
    }
}
