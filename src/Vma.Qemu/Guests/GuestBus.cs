// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests;

/// <summary>The bus that a disk of a guest is attached to, as Proxmox VE's configs name it.</summary>
public enum GuestBus
{
    /// <summary>IDE; on q35 it is the AHCI controller of the chip set.</summary>
    Ide,

    /// <summary>SATA, behind an AHCI controller.</summary>
    Sata,

    /// <summary>SCSI, behind the controller that the config names.</summary>
    Scsi,

    /// <summary>virtio-blk.</summary>
    Virtio,

    /// <summary>The UEFI variables.</summary>
    EfiDisk,

    /// <summary>The state of a TPM.</summary>
    TpmState,
}
