// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>A backup cannot be made, or broke off; one line says why. The guest is as it was.</summary>
public class BackupException : IOException
{
    /// <summary>With nothing to say.</summary>
    public BackupException()
    {
    }

    /// <summary>With one line that says why.</summary>
    public BackupException(string message)
        : base(message)
    {
    }

    /// <summary>With one line that says why, and its cause.</summary>
    public BackupException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
