// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Qmp;

/// <summary>The other end refused a command. The connection is fine.</summary>
/// <param name="command">The command that was refused.</param>
/// <param name="errorClass">QMP's class of the error.</param>
/// <param name="description">QMP's description.</param>
public sealed class QmpCommandException(string command, string errorClass, string description) : QmpException($"{command}: {description}")
{
    /// <summary>The command that was refused.</summary>
    public string Command => command;

    /// <summary>QMP's class of the error: <c>GenericError</c>, <c>CommandNotFound</c>, <c>DeviceNotFound</c>.</summary>
    public string ErrorClass => errorClass;

    /// <summary>QMP's description: text for people, which differs between versions.</summary>
    public string Description => description;
}
