// SPDX-License-Identifier: MIT

using Vma.Live.Qmp;

namespace Vma.Cli.Backup;

/// <summary>Which VM: by its QMP socket, or by libvirt.</summary>
internal sealed class MonitorPlace
{
    private readonly QmpAddress? _address;
    private readonly string? _domain;

    private MonitorPlace(QmpAddress? address, string? domain) => (_address, _domain) = (address, domain);

    /// <summary>The operands that say the same to another run of ours.</summary>
    public IReadOnlyList<string> Arguments => _domain is { } domain ? [$"--libvirt={domain}"] : [_address!.ToString()];

    public static MonitorPlace Socket(QmpAddress address) => new(address, null);

    public static MonitorPlace Libvirt(string domain) => domain.Length > 0 ? new MonitorPlace(null, domain) : throw CommandException.Usage("--libvirt needs a domain");

    public IQmpMonitor Connect() => _domain is { } domain ? VirshMonitor.Connect(domain) : QmpClient.Connect(_address!);

    public override string ToString() => _domain ?? _address!.ToString();
}
