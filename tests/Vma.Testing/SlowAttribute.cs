// SPDX-License-Identifier: MIT

using Xunit.v3;

namespace Vma.Testing;

/// <summary>Marks tests that <c>build.sh quick</c> leaves out, because together they take longer than all others.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SlowAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Speed", "slow")];
}
