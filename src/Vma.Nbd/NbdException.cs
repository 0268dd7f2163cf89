// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;

namespace Vma.Nbd;

/// <summary>An NBD peer answered with an error, broke the protocol, or cannot be reached.</summary>
public sealed class NbdException : IOException
{
    internal NbdException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal NbdException(string message, NbdError error)
        : base(message) => Error = error;

    /// <summary>Whether the connection to the server is lost. The client then does not know whether a write was done.</summary>
    public bool ConnectionLost { get; private init; }

    /// <summary>The error that the server answered to a request; <see cref="NbdError.None"/> when there was no answer, as when the connection broke.</summary>
    public NbdError Error { get; }

    /// <summary>The exception of a connection that broke.</summary>
    internal static NbdException Lost(string message, Exception? innerException = null) => new(message, innerException) { ConnectionLost = true };

    /// <summary>Throws when a peer breaks the protocol, or refuses.</summary>
    internal static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, string message)
    {
        if (isWrong)
        {
            throw new NbdException(message);
        }
    }
}
