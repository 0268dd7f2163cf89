// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Qemu.Qmp;

/// <summary>Which QEMU it is.</summary>
/// <param name="Major">As 7 in 7.2.22.</param>
/// <param name="Minor">As 2 in 7.2.22.</param>
/// <param name="Micro">As 22 in 7.2.22.</param>
public readonly record struct QmpVersion(int Major, int Minor, int Micro) : IComparable<QmpVersion>
{
    /// <inheritdoc/>
    public int CompareTo(QmpVersion other) => (Major, Minor, Micro).CompareTo((other.Major, other.Minor, other.Micro));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Micro}");

    /// <summary>Whether <paramref name="left"/> is older.</summary>
    public static bool operator <(QmpVersion left, QmpVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is newer.</summary>
    public static bool operator >(QmpVersion left, QmpVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not newer.</summary>
    public static bool operator <=(QmpVersion left, QmpVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not older.</summary>
    public static bool operator >=(QmpVersion left, QmpVersion right) => left.CompareTo(right) >= 0;
}
