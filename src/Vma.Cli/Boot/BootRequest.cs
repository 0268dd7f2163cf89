// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Boot;

/// <summary>What the user wants to be started, and how.</summary>
internal sealed record BootRequest(string Archive, SeekableRequest Access)
{
    /// <summary>The QEMU to start.</summary>
    public required string Program { get; init; }

    /// <summary>Where what the guest writes stays; null for nowhere.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether the disks are to become independent of the archive.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether a script that starts the guest is printed, and the guest is not started.</summary>
    public bool Print { get; init; }

    public bool Resume { get; init; }

    /// <summary>Whether QEMU gets the disks as nodes only, and all else from the user.</summary>
    public bool Bare { get; init; }

    public bool WithoutNetwork { get; init; }

    public string? Display { get; init; }

    public long? MemoryMiB { get; init; }

    public int? Cpus { get; init; }

    /// <summary>What is behind <c>--</c>, for QEMU.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>Whether the user's own arguments have one of these options.</summary>
    public bool Gives(params string[] options) => Extra.Any(argument => argument.StartsWith('-') && options.Contains(argument[1..].TrimStart('-')));
}
