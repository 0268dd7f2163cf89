// SPDX-License-Identifier: MIT

using Vma.Qemu;
using Vma.Qemu.Images;

namespace Vma.Cli.Boot;

/// <summary>The programs that it takes to start a guest.</summary>
internal static class BootProgram
{
    /// <exception cref="QemuException">One of them is missing; the message names the package.</exception>
    public static void ThrowIfMissing(string qemu)
    {
        QemuTool.ThrowIfMissing(qemu, "qemu-system-x86");
        QemuTool.ThrowIfMissing("qemu-img", "qemu-utils");
    }
}
