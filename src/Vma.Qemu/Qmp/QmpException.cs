// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Qmp;

/// <summary>The monitor or the agent at the other end cannot be reached, does not answer, or says what makes no sense.</summary>
public class QmpException : IOException
{
    /// <summary>With nothing to say.</summary>
    public QmpException()
    {
    }

    /// <summary>With one line that says what went wrong.</summary>
    public QmpException(string message)
        : base(message)
    {
    }

    /// <summary>With one line that says what went wrong, and its cause.</summary>
    public QmpException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
