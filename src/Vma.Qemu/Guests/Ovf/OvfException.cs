// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests.Ovf;

/// <summary>An OVF or OVA cannot be used; the message is the reason, in one line.</summary>
public sealed class OvfException : IOException
{
    /// <summary>An exception with a reason of its own.</summary>
    public OvfException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a reason and what caused it.</summary>
    public OvfException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception without a reason.</summary>
    public OvfException()
    {
    }
}
