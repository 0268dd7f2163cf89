// SPDX-License-Identifier: MIT

using Vma.Qemu.Qmp;

namespace Vma.Cli.Backup;

/// <summary>Connects to the monitor of a VM, through its QMP socket or through libvirt.</summary>
internal static class MonitorConnection
{
    public static IQmpMonitor Open(QmpAddress address) => address.Domain is { } domain ? VirshMonitor.Connect(domain) : QmpClient.Connect(address);
}
