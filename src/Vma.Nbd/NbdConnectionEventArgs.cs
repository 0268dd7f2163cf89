// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>A client of an <see cref="NbdServer"/> that came or went.</summary>
public sealed class NbdConnectionEventArgs : EventArgs
{
    internal NbdConnectionEventArgs(long number, string peer, string exportName, Exception? error)
    {
        Number = number;
        Peer = peer;
        ExportName = exportName;
        Error = error;
    }

    /// <summary>The connection's number, counted from 1.</summary>
    public long Number { get; }

    /// <summary>The client's address, or that it came over a unix socket.</summary>
    public string Peer { get; }

    /// <summary>The name of the export that it chose.</summary>
    public string ExportName { get; }

    /// <summary>Why the connection broke; null when the client came, and when it went in order.</summary>
    public Exception? Error { get; }
}
