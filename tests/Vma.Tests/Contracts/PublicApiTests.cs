// SPDX-License-Identifier: MIT

namespace Vma.Tests.Contracts;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_members_are_the_approved_ones() => PublicApi.AssertApproved(typeof(VmaReader).Assembly, "Vma.Tests");
}
