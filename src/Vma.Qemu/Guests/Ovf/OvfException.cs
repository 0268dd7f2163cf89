// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;

namespace Vma.Qemu.Guests.Ovf;

/// <summary>An OVF or OVA cannot be used; the message is the reason, in one line.</summary>
/// <param name="message">The reason.</param>
/// <param name="innerException">Its cause, or null.</param>
public sealed class OvfException(string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>Throws when an OVF or OVA is not as it must be.</summary>
    internal static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, string reason)
    {
        if (isWrong)
        {
            throw new OvfException(reason);
        }
    }
}
