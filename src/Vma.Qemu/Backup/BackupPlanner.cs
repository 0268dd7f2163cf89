// SPDX-License-Identifier: MIT

using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// Decides how a VM can be backed up safely, by what QEMU says that it understands. Two faults with nodes in I/O threads show only in the version:
/// QEMU ends when an NBD client leaves such a node, and it loses the interrupt of a request that is done just when the guest is stopped.
/// </summary>
public static class BackupPlanner
{
    private static readonly Version IoThreadFaultFixed = new(8, 2, 1);

    // Seen with emulated processors in 10.0 and 11.1 after a few dozen pairs of stop and cont without any backup, and not in 7.2; 8.2 changed how I/O
    // threads notify. With KVM the kernel keeps the interrupt, and guests are stopped like that every day.
    private static readonly Version InterruptsLost = new(8, 2, 0);

    /// <summary>Makes a plan. Nothing is asked of the VM.</summary>
    /// <exception cref="BackupException">There is no safe way, or the request names what is not there.</exception>
    public static BackupPlan Plan(VirtualMachine machine, BackupRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        request ??= new BackupRequest();
        if (machine.Status is not ("running" or "paused" or "io-error" or "suspended" or "guest-panicked" or "watchdog" or "prelaunch" or "shutdown"))
        {
            throw new BackupException($"the VM is in state '{machine.Status}', in which its disks cannot be backed up");
        }

        (List<PlannedDisk> disks, List<string> leftOut) = Select(machine, request);
        BackupException.ThrowIf(disks.Count == 0, "there is no disk to back up");

        Require(machine, "blockdev-backup", "job-id");
        if (request.Ram && WhyNoStop(machine) is { } noStop)
        {
            throw new BackupException($"the RAM cannot be saved safely: {noStop}");
        }

        (BackupMethod method, string reason) = Choose(machine, request.Method, disks);
        BackupException.ThrowIf(request.Ram && !machine.Schema.HasArgumentValue("migrate-set-capabilities", "capabilities/capability", "background-snapshot"),
            $"QEMU {machine.Version} cannot save the RAM of a running VM (background-snapshot)");

        return new BackupPlan(method, reason, disks, leftOut, machine, request.Ram);
    }

    private static (List<PlannedDisk> Disks, List<string> LeftOut) Select(VirtualMachine machine, BackupRequest request)
    {
        List<PlannedDisk> disks = [];
        List<string> leftOut = [];
        List<(string Name, string Reason)> refused = [];
        var names = request.Names.ToDictionary();
        var excluded = request.Excluded.ToHashSet();
        foreach (VirtualDisk disk in machine.Disks)
        {
            string? given = names.Keys.FirstOrDefault(name => IsCalled(disk, name));
            if (excluded.FirstOrDefault(name => IsCalled(disk, name)) is { } exclusion)
            {
                excluded.Remove(exclusion);
                leftOut.Add($"{disk.Node}: excluded");
            }
            else if (given is not null && names.Remove(given, out string? name))
            {
                disks.Add(new PlannedDisk(disk, name));
            }
            else if (disk.Place is null && disk.ReadOnly)
            {
                leftOut.Add($"{disk.Node}: read-only");
            }
            else if (disk.Place is null)
            {
                refused.Add((disk.Node, $"'{disk.Node}' ({disk.DeviceType ?? "drive"}): no place left in a config, unless --drive NAME={disk.Node} names it"));
            }
            else
            {
                disks.Add(new PlannedDisk(disk, disk.Place.DeviceName));
            }
        }

        foreach (UnseenDisk disk in machine.UnseenDisks)
        {
            if (excluded.Remove(disk.Name))
            {
                leftOut.Add($"{disk.Name}: excluded; {disk.Type}: {disk.Reason}");
            }
            else
            {
                refused.Add((disk.Name, $"'{disk.Name}' ({disk.Type}): {disk.Reason}"));
            }
        }

        if (names.Keys.Concat(excluded).FirstOrDefault() is { } unknown)
        {
            IEnumerable<string> known = machine.Disks.Select(disk => disk.Node).Concat(machine.UnseenDisks.Select(disk => disk.Name));
            throw new BackupException($"the VM has no drive '{unknown}'; there are {string.Join(", ", known)}");
        }

        if (refused.Count > 0)
        {
            string reasons = string.Join("; ", refused.Select(one => one.Reason));
            string exclusions = string.Join(' ', refused.Select(one => $"--exclude {one.Name}"));
            throw new BackupException($"not every disk of the guest can be backed up: {reasons}; to go on without: {exclusions}");
        }

        if (disks.GroupBy(disk => disk.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new BackupException($"two drives would be called '{twice.Key}'");
        }

        // As a config lists them; QEMU's own order has legacy drives first.
        return ([.. disks.OrderBy(disk => disk.Disk.Place is null).ThenBy(disk => disk.Disk.Place?.Bus).ThenBy(disk => disk.Disk.Place?.Index)], leftOut);
    }

    private static bool IsCalled(VirtualDisk disk, string name) =>
        name == disk.Node || name == disk.HostName || name == disk.DeviceName || name == disk.Place?.Key;

    private static (BackupMethod Method, string Reason) Choose(VirtualMachine machine, BackupMethod? wanted, List<PlannedDisk> disks)
    {
        string? noPull = WhyNoPull(machine, disks);
        string? noFleece = WhyNoPushFleece(machine, disks);
        string? noDirect = WhyNoPushDirect(machine, disks);
        bool directIsSafe = noDirect is null && HasSafeDirect(machine);
        return wanted switch
        {
            BackupMethod.Pull => noPull is null ? (BackupMethod.Pull, "asked for") : throw new BackupException(noPull),
            BackupMethod.PushFleece => noFleece is null ? (BackupMethod.PushFleece, "asked for") : throw new BackupException(noFleece),
            BackupMethod.PushDirect => noDirect is null
                ? (BackupMethod.PushDirect, directIsSafe ? "asked for" : "asked for; if this process dies, the guest gets an I/O error")
                : throw new BackupException(noDirect),
            _ when noPull is null => (BackupMethod.Pull, "nothing speaks against it"),
            _ when noFleece is null => (BackupMethod.PushFleece, noPull),
            _ when directIsSafe => (BackupMethod.PushDirect, $"{noPull}; {noFleece}"),
            _ => throw new BackupException($"there is no safe way: {noPull}; {noFleece}"),
        };
    }

    private static string? WhyNoPull(VirtualMachine machine, List<PlannedDisk> disks)
    {
        if (!machine.Schema.HasArgument("block-export-add", "node-name", "nbd"))
        {
            return $"QEMU {machine.Version} cannot export a node while the guest runs (block-export-add)";
        }

        return machine.Version < IoThreadFaultFixed && disks.Find(disk => disk.Disk.IoThread) is { } disk
            ? $"QEMU {machine.Version} would crash when a reader leaves '{disk.Disk.Node}', which is in an I/O thread" : null;
    }

    private static string? WhyNoPushFleece(VirtualMachine machine, List<PlannedDisk> disks)
    {
        QmpSchema schema = machine.Schema;
        if (!schema.HasArgument("blockdev-add", "on-cbw-error", "copy-before-write") || !schema.HasArgument("blockdev-add", "cbw-timeout", "copy-before-write")
            || !schema.HasArgumentValue("blockdev-add", "driver", "snapshot-access") || !schema.HasCommand("object-add"))
        {
            return $"QEMU {machine.Version} has no copy-before-write filter that gives up without harm";
        }

        return disks.Find(disk => disk.Disk.DevicePath is null) is { } unreachable
            ? $"no filter can be put under the device of '{unreachable.Disk.Node}'" : WhyNoStop(machine);
    }

    /// <summary>Why the guest must not be stopped, be it for an instant. It is stopped with all of its disks, also with those that are left out.</summary>
    private static string? WhyNoStop(VirtualMachine machine) =>
        !machine.HasKvm && machine.Version >= InterruptsLost && machine.Disks.FirstOrDefault(disk => disk.IoThread) is { } disk
            ? $"QEMU {machine.Version} can lose an interrupt when the guest is stopped, and it would wait for ever for '{disk.Node}', which is in an I/O thread"
            : null;

    private static string? WhyNoPushDirect(VirtualMachine machine, List<PlannedDisk> disks) =>
        machine.Version.Major < 7 && disks.Find(disk => disk.Disk.IoThread) is { } disk
            ? $"QEMU {machine.Version} would hang: '{disk.Disk.Node}' is in an I/O thread" : null;

    internal static bool HasSafeDirect(VirtualMachine machine) => machine.Schema.HasArgument("blockdev-backup", "on-cbw-error");

    private static void Require(VirtualMachine machine, string command, string argument)
    {
        BackupException.ThrowIf(!machine.Schema.HasArgument(command, argument), $"QEMU {machine.Version} cannot back up a running VM ({command})");
    }
}
