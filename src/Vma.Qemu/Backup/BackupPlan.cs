// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Qemu.Guests;

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

/// <summary>What a caller wants of a backup.</summary>
public sealed record BackupRequest
{
    /// <summary>The method; the default is null: whichever is safe.</summary>
    public BackupMethod? Method { get; init; }

    /// <summary>Names in the archive for drives, by node, name on the host or place; a drive that is read-only is only taken when it is here.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Drives that are left out, by node, name on the host or place, and disks that QEMU gives no access to, by their name.</summary>
    public IReadOnlyCollection<string> Excluded { get; init; } = [];

    /// <summary>Whether the RAM comes along.</summary>
    public bool Ram { get; init; }
}

/// <summary>A disk that is to be backed up.</summary>
/// <param name="Disk">The drive.</param>
/// <param name="Name">The device's name in the archive.</param>
public sealed record PlannedDisk(VirtualDisk Disk, string Name);

/// <summary>What a backup is going to do.</summary>
/// <param name="Method">How.</param>
/// <param name="Reason">Why so, in one line.</param>
/// <param name="Disks">What is taken, in the order of the archive.</param>
/// <param name="LeftOut">What is not, one line each.</param>
/// <param name="Machine">The VM.</param>
/// <param name="Ram">Whether the RAM is taken.</param>
public sealed record BackupPlan(BackupMethod Method, string Reason, IReadOnlyList<PlannedDisk> Disks, IReadOnlyList<string> LeftOut, VirtualMachine Machine, bool Ram)
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

/// <summary>A backup cannot be made, or broke off; one line says why. The guest is as it was.</summary>
public class BackupException : IOException
{
    /// <summary>With nothing to say.</summary>
    public BackupException()
    {
    }

    /// <summary>With one line that says why.</summary>
    public BackupException(string message)
        : base(message)
    {
    }

    /// <summary>With one line that says why, and its cause.</summary>
    public BackupException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
