// SPDX-License-Identifier: MIT

namespace Vma.Cli.Restore;

/// <summary>Where one device is restored to.</summary>
/// <param name="Device">The device.</param>
/// <param name="Path">The file or block device that is written.</param>
/// <param name="FinalPath">The name that the file gets when all is restored; null when it has its own already.</param>
/// <param name="Disk">The open disk.</param>
/// <param name="Target">The disk as it is written to: with its speed limit, if it has one.</param>
internal sealed record RestoreTarget(VmaDevice Device, string Path, string? FinalPath, RawDisk Disk, IBlockTarget Target) : IDisposable
{
    public void Dispose() => Target.Dispose();
}
