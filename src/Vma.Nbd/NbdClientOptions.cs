// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <summary>How an <see cref="NbdClient"/> connects and asks.</summary>
public sealed record NbdClientOptions
{
    private const int SmallestLimit = 64 << 10;
    private const int MostConnections = 64;

    /// <summary>How long connecting may take, TLS and the choice of the export included. The default is 30 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init => field = value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue ? value : throw new ArgumentOutOfRangeException(nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may take to answer a request before the connection is given up. The default is 2 minutes.</summary>
    public TimeSpan RequestTimeout
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan || (value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue) ? value : throw new ArgumentOutOfRangeException(nameof(RequestTimeout));
    } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// For how long a lost connection is opened again, and reads are asked again; writes are not. Zero, which is the default, for never. Only for
    /// clients that connect by a URI.
    /// </summary>
    public TimeSpan ReconnectTimeout { get; init => field = value >= TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue ? value : throw new ArgumentOutOfRangeException(nameof(ReconnectTimeout)); }

    /// <summary>The most connections, from 1 to 64; a server that does not allow several has one. The default is 1.</summary>
    public int Connections { get; init => field = value is >= 1 and <= MostConnections ? value : throw new ArgumentOutOfRangeException(nameof(Connections)); } = 1;

    /// <summary>The longest request in bytes, from 64 KiB to 32 MiB; a server may want less. The default is 32 MiB.</summary>
    public int MaxRequestSize { get; init => field = value is >= SmallestLimit and <= Protocol.LargestRequest ? value : throw new ArgumentOutOfRangeException(nameof(MaxRequestSize)); } = Protocol.LargestRequest;

    /// <summary>Whether writes are refused even where the server takes them. The default is false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the export is known to read as zeros where it is not written, as one that was just made. The default is false.</summary>
    public bool ReadsAsZeroes { get; init; }

    /// <summary>
    /// Certificates for TLS; it belongs to the caller. Null, the default, for those of the directory in the URI, else for those that the system
    /// trusts. Where the URI does not ask for TLS it is not used.
    /// </summary>
    public NbdTls? Tls { get; init; }

    /// <summary>The name that the server's certificate must have, where neither the URI nor its host tells. The default is null.</summary>
    public string? TlsHostName { get; init; }

    /// <summary>What to ask for besides base:allocation, such as <c>qemu:dirty-bitmap:NAME</c>. The default is nothing.</summary>
    public IReadOnlyList<string> MetaContexts { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];
}
