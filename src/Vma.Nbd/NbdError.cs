// SPDX-License-Identifier: MIT

namespace Vma.Nbd;

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
