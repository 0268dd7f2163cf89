// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;

namespace Vma.Failures;

/// <summary>
/// Refuses what a caller must not do, as the framework's own <c>ThrowIf…</c> do. The message is made in any case, so this is not for what is done often.
/// </summary>
internal static class Refusals
{
    extension(ArgumentException)
    {
        /// <summary>Throws when an argument is not what it must be.</summary>
        public static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, string message, string parameter)
        {
            if (isWrong)
            {
                throw new ArgumentException(message, parameter);
            }
        }
    }

    extension(InvalidOperationException)
    {
        /// <summary>Throws when the object is in a state in which it cannot do that.</summary>
        public static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, string message)
        {
            if (isWrong)
            {
                throw new InvalidOperationException(message);
            }
        }
    }
}
