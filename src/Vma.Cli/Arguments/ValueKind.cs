// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

/// <summary>What a value on the command line is, for shells that complete it.</summary>
internal enum ValueKind
{
    /// <summary>Anything that a shell cannot offer: a number, a size, an address.</summary>
    Text,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>A file, FIFO, device or socket.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A disk, as <c>[format=FORMAT:][NAME=]PATH</c>; the words are the formats.</summary>
    Disk,

    /// <summary>The name of a device in the archive that is the first operand.</summary>
    Device,

    /// <summary>Names of such devices, separated by commas, as <c>NAME[:FORMAT],…</c>; the words are the formats.</summary>
    Devices,

    /// <summary>A size for such a device, as <c>NAME=BYTES</c>.</summary>
    DeviceSize,

    /// <summary>The name of a config in the archive that is the first operand.</summary>
    Config,

    /// <summary>A device of any archive under a name, as <c>NAME=ARCHIVE:DISK</c>.</summary>
    Export,

    /// <summary>A running domain of libvirt.</summary>
    Domain,

    /// <summary>The name or path of a program.</summary>
    Program,

    /// <summary>A command line for the shell.</summary>
    ShellCommand,
}
