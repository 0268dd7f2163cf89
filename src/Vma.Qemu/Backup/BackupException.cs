// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>A backup cannot be made, or broke off; one line says why. The guest is as it was.</summary>
/// <param name="message">The line that says why.</param>
/// <param name="innerException">Its cause, or null.</param>
public sealed class BackupException(string message, Exception? innerException = null) : IOException(message, innerException);
