// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vma.Qemu.Qmp;

/// <summary>
/// The monitor of a libvirt domain, which libvirt holds: each command goes through a <c>virsh qemu-monitor-command</c> of its own. There are no
/// events. All members may be called from several threads at once.
/// </summary>
public sealed class VirshMonitor : IQmpMonitor
{
    internal const string Passing = "--pass-fds";
    private const string Command = "qemu-monitor-command";

    private readonly Virsh _virsh;

    private VirshMonitor(Virsh virsh, bool passesDescriptors) => (_virsh, PassesDescriptors) = (virsh, passesDescriptors);

    /// <inheritdoc/>
    public string Name => _virsh.Name;

    /// <summary>Whether this virsh can pass open files, as it does from 8.2 on. libvirt has to be on this machine, too.</summary>
    public bool PassesDescriptors { get; }

    /// <summary>Finds virsh, and asks the domain's QEMU for a sign of life.</summary>
    /// <param name="domain">The domain's name, UUID or number.</param>
    /// <param name="options">How virsh is run.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="QmpException">There is no virsh, no libvirt, no such domain, or it does not run.</exception>
    public static VirshMonitor Connect(string domain, VirshOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(domain);
        var virsh = new Virsh(domain, options ?? new VirshOptions());
        bool passes = virsh.Help(Command, cancellationToken).Contains(Passing, StringComparison.Ordinal);
        var monitor = new VirshMonitor(virsh, passes);
        monitor.Execute("query-status", cancellationToken: cancellationToken);
        return monitor;
    }

    /// <inheritdoc/>
    public JsonElement Execute(string command, JsonObject? arguments = null, SafeHandle? descriptor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return descriptor is null || PassesDescriptors
            ? _virsh.Send(Command, command, arguments, descriptor, cancellationToken)
            : throw new NotSupportedException("this virsh cannot pass open files; 8.2 and newer can");
    }

    /// <summary>Waits for <paramref name="timeout"/>, and gives null.</summary>
    public QmpEvent? WaitForEvent(Func<QmpEvent, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        cancellationToken.WaitHandle.WaitOne(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Does nothing: nothing is open between commands.</summary>
    public void Dispose()
    {
    }
}
