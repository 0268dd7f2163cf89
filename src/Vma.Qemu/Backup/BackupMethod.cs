// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>How the disks' state at one instant is kept while it is read.</summary>
public enum BackupMethod
{
    /// <summary>QEMU keeps overwritten clusters in a scratch file, and we read both over NBD. The guest never waits for the archive.</summary>
    Pull,

    /// <summary>
    /// Filters under the guest's devices keep overwritten clusters in a scratch file, and QEMU writes the disks to us: for a QEMU that would crash when
    /// a reader leaves.
    /// </summary>
    PushFleece,

    /// <summary>QEMU writes to us what the guest is about to overwrite, and the guest waits for it. Needs no scratch space.</summary>
    PushDirect,
}
