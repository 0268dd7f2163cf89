// SPDX-License-Identifier: MIT

using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Contracts;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_members_are_the_approved_ones() => PublicApi.AssertApproved(typeof(QmpClient).Assembly, "Vma.Qemu.Tests");
}
