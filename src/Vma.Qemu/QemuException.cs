// SPDX-License-Identifier: MIT

namespace Vma.Qemu;

/// <summary>QEMU's tools could not do what they were asked; the message is their own reason, in one line.</summary>
/// <param name="message">The reason.</param>
/// <param name="innerException">Its cause, or null.</param>
public sealed class QemuException(string message, Exception? innerException = null) : IOException(message, innerException);
