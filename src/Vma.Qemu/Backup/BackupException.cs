// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;

namespace Vma.Qemu.Backup;

/// <summary>A backup cannot be made, or broke off; one line says why. The guest is as it was.</summary>
/// <param name="message">The line that says why.</param>
/// <param name="innerException">Its cause, or null.</param>
public sealed class BackupException(string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>Throws when what the VM is, or does, makes a backup impossible.</summary>
    internal static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, string reason)
    {
        if (isWrong)
        {
            throw new BackupException(reason);
        }
    }
}
