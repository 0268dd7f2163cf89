// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Qmp;

/// <summary>How libvirt's <c>virsh</c> is run.</summary>
public sealed record VirshOptions
{
    /// <summary>The program: a path, or a name that is looked for in <c>PATH</c>. The default is <c>virsh</c>.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public string Program { get; init => field = value.Length > 0 ? value : throw new ArgumentException("a program has a name", nameof(value)); } = "virsh";

    /// <summary>The libvirt to talk to, as <c>qemu:///system</c>; the default is null: what virsh takes, <c>LIBVIRT_DEFAULT_URI</c> first.</summary>
    public string? ConnectionUri { get; init; }

    /// <summary>How long a command may take, with the waiting for libvirt. The default is a minute: libvirt itself gives up after half of it.</summary>
    public TimeSpan CommandTimeout { get; init => field = QmpClientOptions.Positive(value); } = TimeSpan.FromMinutes(1);
}
