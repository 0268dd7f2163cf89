// SPDX-License-Identifier: MIT

namespace Vma.Architecture;

/// <summary>One type of ours names another one of ours.</summary>
/// <param name="User">The full name of the type that uses.</param>
/// <param name="Used">The full name of the type that is used.</param>
/// <param name="Member">The member that does it, or the type's own declaration.</param>
internal sealed record Use(string User, string Used, string Member);
