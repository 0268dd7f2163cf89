// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests.Ovf;

/// <summary>An OVF or OVA cannot be used; the message is the reason, in one line.</summary>
/// <param name="message">The reason.</param>
/// <param name="innerException">Its cause, or null.</param>
public sealed class OvfException(string message, Exception? innerException = null) : IOException(message, innerException);
