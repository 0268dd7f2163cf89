// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vma.Nbd;

/// <summary>The protocol's bounds, and checks of what a user sets.</summary>
internal static class NbdLimits
{
    /// <summary>The longest name, description or message, in bytes.</summary>
    public const int LongestText = 4096;

    /// <summary>The most bytes in one request where client and server agree on nothing else.</summary>
    public const int LargestRequest = 32 << 20;

    /// <summary>The system's timeouts are milliseconds in 31 bits.</summary>
    public static TimeSpan Timeout(TimeSpan value, [CallerMemberName] string property = "") => value > TimeSpan.Zero && value.TotalMilliseconds <= int.MaxValue
        ? value
        : throw new ArgumentOutOfRangeException(property, value, "more than zero, at most 24 days");

    public static TimeSpan TimeoutOr(TimeSpan other, TimeSpan value, [CallerMemberName] string property = "") =>
        value == other ? value : Timeout(value, property);

    public static T InRange<T>(T least, T most, T value, [CallerMemberName] string property = "")
        where T : struct, INumber<T> => value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(property, value, $"{least} to {most}");
}
