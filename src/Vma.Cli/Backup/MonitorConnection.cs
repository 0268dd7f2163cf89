// SPDX-License-Identifier: MIT

using Vma.Qemu.Qmp;

namespace Vma.Cli.Backup;

/// <summary>Which VM: by its QMP socket, or by libvirt.</summary>
internal static class MonitorConnection
{
    public static IQmpMonitor Open(QmpAddress address) => address.Domain is { } domain ? VirshMonitor.Connect(domain) : QmpClient.Connect(address);
}
