// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

/// <summary>What an NBD peer answered with an error, or how it broke the protocol.</summary>
public sealed class NbdException : IOException
{
    /// <summary>An exception with a message.</summary>
    public NbdException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and what caused it.</summary>
    public NbdException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception for a request that the server answered with an error number.</summary>
    internal NbdException(string message, NbdError error)
        : base(message) => Error = error;

    /// <summary>An exception for a connection that broke.</summary>
    internal static NbdException Lost(string message, Exception? innerException) => new(message, innerException) { ConnectionLost = true };

    /// <summary>Whether the connection to the server is lost; then nothing is known of a write.</summary>
    public bool ConnectionLost { get; private init; }

    /// <summary>The error that the server answered to a request; <see cref="NbdError.None"/> when there was none, as when the connection broke.</summary>
    public NbdError Error { get; }
}

/// <summary>The errors of the protocol, with their numbers there. A peer may send others.</summary>
public enum NbdError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>EPERM: the operation is not allowed, as a write to an export that is only to be read.</summary>
    NotPermitted = 1,

    /// <summary>EIO: the disk could not be read or written.</summary>
    InputOutput = 5,

    /// <summary>ENOMEM: the server has no memory for the request.</summary>
    OutOfMemory = 12,

    /// <summary>EINVAL: the request is wrong.</summary>
    Invalid = 22,

    /// <summary>ENOSPC: the disk is full, or the range is behind its end.</summary>
    NoSpace = 28,

    /// <summary>EOVERFLOW: the answer would be too long.</summary>
    Overflow = 75,

    /// <summary>ENOTSUP: the server does not do that.</summary>
    NotSupported = 95,

    /// <summary>ESHUTDOWN: the server is about to end.</summary>
    Shutdown = 108,
}
