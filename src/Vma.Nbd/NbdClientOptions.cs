// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>How an <see cref="NbdClient"/> connects and asks.</summary>
public sealed record NbdClientOptions
{
    private const int MostConnections = 64;

    /// <summary>How long connecting may take, TLS and the choice of the export included. The default is 30 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init => field = NbdLimits.Timeout(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may take to answer a request before the client gives the connection up. The default is 2 minutes.</summary>
    public TimeSpan RequestTimeout { get; init => field = NbdLimits.TimeoutOr(Timeout.InfiniteTimeSpan, value); } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// For how long the client opens a lost connection again and repeats what it read; it never repeats writes. Only for clients that connect by a URI.
    /// The default is zero: not at all.
    /// </summary>
    public TimeSpan ReconnectTimeout { get; init => field = NbdLimits.TimeoutOr(TimeSpan.Zero, value); }

    /// <summary>The most connections, from 1 to 64; with a server that does not allow several the client has one. The default is 1.</summary>
    public int Connections { get; init => field = NbdLimits.InRange(1, MostConnections, value); } = 1;

    /// <summary>Whether the client refuses writes even where the server takes them. The default is false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the caller knows that the export reads as zeros where no client has written, as a new one does. The default is false.</summary>
    public bool ReadsAsZeroes { get; init; }

    /// <summary>
    /// Certificates for TLS, which belong to the caller; a client that connects by a URI without TLS does not use them. Null stands for those in the
    /// URI's directory, else for those that the system trusts. The default is null.
    /// </summary>
    public NbdTls? Tls { get; init; }

    /// <summary>The name that the server's certificate must have, where neither the URI nor its host tells. The default is null.</summary>
    public string? TlsHostName { get; init; }

    /// <summary>The metadata contexts to ask for besides base:allocation, such as <c>qemu:dirty-bitmap:NAME</c>. The default is none.</summary>
    public IReadOnlyList<string> MetaContexts
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = [];
}
