// SPDX-License-Identifier: MIT

using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// Removes from a VM everything that a backup left in it, and puts back what it changed. Each run ends with it, so what a run
/// that died has left is removed in the same way.
/// </summary>
public static class BackupCleanup
{
    /// <summary>Cleans up.</summary>
    /// <param name="monitor">The VM.</param>
    /// <param name="agent">Where the guest's agent listens, to thaw a guest whose backup died while it was frozen; null for nowhere.</param>
    /// <returns>What was removed or put back, one line each; empty when there was nothing.</returns>
    /// <exception cref="QmpException">QEMU does not answer, or something cannot be removed.</exception>
    public static IReadOnlyList<string> Run(IQmpMonitor monitor, QmpAddress? agent = null)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        return new CleanupRun(monitor, agent).Run();
    }
}
