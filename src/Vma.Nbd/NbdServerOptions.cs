// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>How an <see cref="NbdServer"/> serves, and its bounds.</summary>
public sealed record NbdServerOptions
{
    /// <summary>How long a client may take until it has chosen an export. The default is 30 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init => field = NbdLimits.Timeout(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may send no request before the server disconnects it. The default is infinite.</summary>
    public TimeSpan IdleTimeout { get; init => field = NbdLimits.TimeoutOr(Timeout.InfiniteTimeSpan, value); } = Timeout.InfiniteTimeSpan;

    /// <summary>How long a client may take no byte of an answer before the server disconnects it. The default is 5 minutes.</summary>
    public TimeSpan SendTimeout { get; init => field = NbdLimits.TimeoutOr(Timeout.InfiniteTimeSpan, value); } = TimeSpan.FromMinutes(5);

    /// <summary>The most connections at once, at least 1; the server closes further ones at once. The default is 1024.</summary>
    public int MaxConnections { get; init => field = NbdLimits.InRange(1, int.MaxValue, value); } = 1024;

    /// <summary>
    /// The most requests of one connection that the server works on at once, at least 1; further ones wait unread. It works on more than one only for
    /// disks that take their time. The default is 16.
    /// </summary>
    public int MaxRequestsInFlight { get; init => field = NbdLimits.InRange(1, int.MaxValue, value); } = 16;

    /// <summary>The threads that all connections may have besides one for each, at least 0. The default is 64.</summary>
    public int MaxThreads { get; init => field = NbdLimits.InRange(0, int.MaxValue, value); } = 64;

    /// <summary>
    /// The bytes that requests may hold in all, besides at most 512 KiB for each thread that serves; at least 1. A long answer in one message
    /// that finds no room is read from the disk twice, and leaves part by part. The default is 256 MiB.
    /// </summary>
    public long MaxBytesInFlight { get; init => field = NbdLimits.InRange(1, long.MaxValue, value); } = 256L << 20;

    /// <summary>Whether clients may only read, also where an export has a target. The default is false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Certificates for TLS, which belong to the caller; null for no TLS. The default is null.</summary>
    public NbdTls? Tls { get; init; }

    /// <summary>Whether clients must use TLS where there is <see cref="Tls"/>. The default is true.</summary>
    public bool TlsRequired { get; init; } = true;

    /// <summary>
    /// The server tells it what failed: a disk that could not be read, a client that broke the protocol. Several threads call it; what it throws is lost.
    /// The default is null.
    /// </summary>
    public Action<NbdServerFault>? OnFault { get; init; }
}
