// SPDX-License-Identifier: MIT

using System.Buffers;

namespace Vma.Nbd.Server;

/// <summary>What all connections of a server share.</summary>
internal sealed class ServerResources(NbdServerOptions options)
{
    /// <summary>The most data in one message, except in answers that must be whole. So much stays in a core's cache between disk and socket.</summary>
    public const int PartLength = 256 << 10;

    /// <summary>Room for a part of the data and the headers before it.</summary>
    public const int BufferLength = PartLength + 4096;

    /// <summary>The stack of a thread that serves requests.</summary>
    public const int StackLength = 512 << 10;

    private const int KeptBuffers = 32;

    public NbdServerOptions Options { get; } = options;

    /// <summary>
    /// Buffers of <see cref="BufferLength"/>. The shared pool keeps one for each thread: 140 MiB after 500 clients had read 256 KiB; this one 8 MiB.
    /// </summary>
    public ArrayPool<byte> Buffers { get; } = ArrayPool<byte>.Create(BufferLength, KeptBuffers);

    public Budget Bytes { get; } = new(options.MaxBytesInFlight);

    /// <summary>
    /// Threads that read a disk part by part for a long answer, all at once, would each hold what the disk decodes for it: 14 MiB more with twenty stuck
    /// clients. None of them sends meanwhile, so each has its turn.
    /// </summary>
    public Lock ReadingTwice { get; } = new();

    public Budget Threads { get; } = new(options.MaxThreads);

    public void Report(long connection, string? export, string message, Exception? error)
    {
        try
        {
            Options.OnFault?.Invoke(new NbdServerFault(connection, export, message, error));
        }
        catch (Exception)
        {
            // A client does not suffer from what the host's callback throws.
        }
    }
}
