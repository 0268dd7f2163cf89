// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>How the disks' state at one instant is kept while it is read.</summary>
public enum BackupMethod
{
    /// <summary>QEMU keeps overwritten clusters in a scratch file, and we read both over NBD. The guest never waits for the archive.</summary>
    Pull,

    /// <summary>The same by filters that are put under the devices, and QEMU writes to us: for QEMUs that a reader's end would crash.</summary>
    PushFleece,

    /// <summary>QEMU writes to us what the guest is about to overwrite, and the guest waits for it. Needs no scratch space.</summary>
    PushDirect,
}
