// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;
using Vma.Qemu.Backup;

namespace Vma.Qemu.Tests.Backup;

/// <summary>Where a backup keeps what the guest overwrites.</summary>
public sealed class ScratchSpaceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_its_owner_can_read_it(bool named)
    {
        using var scratch = new Scratch();
        using var space = new ScratchSpace(scratch.Path, limit: null, named);
        (SafeFileHandle handle, string path) = space.Create(1 << 20);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(handle));
        Assert.Equal(named, File.Exists(path));
    }
}
