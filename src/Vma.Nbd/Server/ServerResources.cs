// SPDX-License-Identifier: MIT

namespace Vma.Nbd.Server;

/// <summary>What all connections of a server share.</summary>
internal sealed class ServerResources(NbdServerOptions options)
{
    /// <summary>The most data in one message, but for answers that must be whole. It stays in a core's cache between disk and socket.</summary>
    public const int PieceLength = 256 << 10;

    private const int HeaderRoom = 4096;
    private const int KeptBuffers = 32;

    public NbdServerOptions Options { get; } = options;

    public BufferPool Buffers { get; } = new(PieceLength + HeaderRoom, KeptBuffers);

    public Budget Bytes { get; } = new(options.MaxBytesInFlight);

    public Budget Threads { get; } = new(options.MaxThreads);

    public void Report(long connection, string? export, string message, Exception? error)
    {
        try
        {
            Options.OnFault?.Invoke(new NbdServerFault(connection, export, message, error));
        }
        catch (Exception)
        {
            // What a host's hook throws is not a client's fault.
        }
    }
}
