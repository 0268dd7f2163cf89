// SPDX-License-Identifier: MIT

using Vma.Disks;

namespace Vma.Tests.Disks;

public sealed class MemoryDiskSourceTests : BlockSourceContract
{
    protected override IBlockSource Open(byte[] content) => new MemoryDisk(content);
}

public sealed class MemoryDiskTargetTests : BlockTargetContract
{
    protected override IBlockTarget Open(byte[] content) => new MemoryDisk([.. content]);

    protected override byte[] ContentOf(IBlockTarget target) => ((MemoryDisk)target).Content;
}
