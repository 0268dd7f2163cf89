// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Qemu.Guests;

namespace Vma.Qemu.Backup;

/// <summary>What a backup is going to do.</summary>
/// <param name="Method">How the disks' state is kept.</param>
/// <param name="MethodReason">Why the method is this one, in one line.</param>
/// <param name="Disks">What is taken, in the order of the archive.</param>
/// <param name="LeftOut">Drives that are not taken and why, one line each.</param>
/// <param name="Machine">The VM.</param>
/// <param name="Ram">Whether the RAM is taken.</param>
public sealed record BackupPlan(BackupMethod Method, string MethodReason, IReadOnlyList<PlannedDisk> Disks, IReadOnlyList<string> LeftOut,
    VirtualMachine Machine, bool Ram)
{
    /// <summary>A <c>qemu-server.conf</c> for the archive, made from what QEMU told.</summary>
    public ReadOnlyMemory<byte> Config
    {
        get
        {
            GuestDisk[] archived = [.. Disks.Where(disk => disk.Disk.Place?.DeviceName == disk.Name).Select(disk => disk.Disk.Place!)];
            GuestConfig config = Machine.Config with { Disks = [.. Machine.Config.Disks.Where(disk => archived.Any(one => one.Key == disk.Key))] };
            return Encoding.UTF8.GetBytes(config.Format(archived));
        }
    }
}
