// SPDX-License-Identifier: MIT

namespace Vma.Qemu;

/// <summary>QEMU's tools could not do what they were asked; the message is their own reason, in one line.</summary>
public sealed class QemuException : IOException
{
    /// <summary>An exception with a reason of its own.</summary>
    public QemuException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a reason and what caused it.</summary>
    public QemuException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception without a reason.</summary>
    public QemuException()
    {
    }
}
