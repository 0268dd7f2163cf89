// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>How an <see cref="NbdServer"/> serves, and its bounds.</summary>
public sealed record NbdServerOptions
{
    /// <summary>How long a client may take until it has chosen an export. The default is 30 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init => field = Positive(value, nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may send no request before it is disconnected. The default is infinite.</summary>
    public TimeSpan IdleTimeout { get; init => field = PositiveOrInfinite(value, nameof(IdleTimeout)); } = Timeout.InfiniteTimeSpan;

    /// <summary>How long a client may take no byte of an answer before it is disconnected. The default is 5 minutes.</summary>
    public TimeSpan SendTimeout { get; init => field = PositiveOrInfinite(value, nameof(SendTimeout)); } = TimeSpan.FromMinutes(5);

    /// <summary>The most connections at once; further ones are closed at once. The default is 1024.</summary>
    public int MaxConnections { get; init => field = AtLeastOne(value, nameof(MaxConnections)); } = 1024;

    /// <summary>
    /// The most requests of one connection that are worked on at once; further ones wait unread. More than one are worked on only for
    /// disks that take their time. The default is 16.
    /// </summary>
    public int MaxRequestsInFlight { get; init => field = AtLeastOne(value, nameof(MaxRequestsInFlight)); } = 16;

    /// <summary>The threads that all connections may have besides one for each. The default is 64.</summary>
    public int MaxThreads { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxThreads)); } = 64;

    /// <summary>
    /// The bytes that requests may hold in all, besides at most 512 KiB for each thread that serves. The default is 256 MiB; less than 32 MiB leaves
    /// long requests of old clients unserved.
    /// </summary>
    public long MaxBytesInFlight { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxBytesInFlight)); } = 256L << 20;

    /// <summary>Whether exports with a target and a source are only read. The default is false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Certificates for TLS, or null for none. It belongs to the caller. The default is null.</summary>
    public NbdTls? Tls { get; init; }

    /// <summary>Whether clients must use TLS where there is <see cref="Tls"/>. The default is true.</summary>
    public bool TlsRequired { get; init; } = true;

    /// <summary>Told of what failed: a disk that could not be read, a client that broke the protocol. Called from several threads; exceptions in it are lost.</summary>
    public Action<NbdServerFault>? OnFault { get; init; }

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue ? value : throw new ArgumentOutOfRangeException(name);

    private static TimeSpan PositiveOrInfinite(TimeSpan value, string name) => value == Timeout.InfiniteTimeSpan ? value : Positive(value, name);

    private static int AtLeastOne(int value, string name) => value > 0 ? value : throw new ArgumentOutOfRangeException(name);
}

/// <summary>Something that failed while serving.</summary>
/// <param name="Connection">The connection's number, counted from 1; 0 when it is of none.</param>
/// <param name="ExportName">The export's name, where one was chosen.</param>
/// <param name="Message">What failed, in one line.</param>
/// <param name="Error">The exception behind it, if any.</param>
public sealed record NbdServerFault(long Connection, string? ExportName, string Message, Exception? Error);
