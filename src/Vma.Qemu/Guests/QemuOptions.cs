// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests;

/// <summary>What a QEMU command line says that is not in the guest's config.</summary>
public sealed record QemuOptions
{
    /// <summary>Accelerators to try, in this order. The default is KVM, then TCG.</summary>
    public IReadOnlyList<string> Accelerators { get; init; } = ["kvm", "tcg"];

    /// <summary>Whether network cards reach the outside through QEMU's user network. The default is false: the cables are out.</summary>
    public bool UserNetwork { get; init; }

    /// <summary>Where QEMU listens for QMP, a path; the default is nowhere.</summary>
    public string? QmpSocket { get; init; }

    /// <summary>What <c>-display</c> gets; the default is null: QEMU's own choice.</summary>
    public string? Display { get; init; }

    /// <summary>Where the distribution has OVMF's code files. The default is <c>/usr/share/OVMF</c>.</summary>
    public string FirmwareDirectory { get; init; } = "/usr/share/OVMF";

    /// <summary>Whether the guest waits for QMP's <c>cont</c>. The default is false.</summary>
    public bool Paused { get; init; }

    /// <summary>Replaces the config's CPU model; the default is null. <c>max</c> is all that the accelerator has.</summary>
    public string? Cpu { get; init; }

    /// <summary>Replaces the config's memory, in MiB, at least 1; the default is null.</summary>
    public long? MemoryMiB
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1 MiB");
    }
}
