// SPDX-License-Identifier: MIT

using Vma.Qemu;
using Vma.Qemu.Host;

namespace Vma.Cli.Boot;

/// <summary>The programs that it takes to start a guest.</summary>
internal static class BootProgram
{
    public const string Default = "qemu-system-x86_64";

    /// <exception cref="QemuException">One of them is missing; the message names the package.</exception>
    public static void ThrowIfMissing(string qemu)
    {
        HostProgram.ThrowIfMissing(qemu, "qemu-system-x86");
        HostProgram.ThrowIfMissing("qemu-img", "qemu-utils");
    }
}
