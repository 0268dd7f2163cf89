// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Qemu.Qmp;

/// <summary>Something that happened in QEMU.</summary>
/// <param name="Name">What: <c>BLOCK_JOB_COMPLETED</c>, <c>SHUTDOWN</c>.</param>
/// <param name="Data">Its details; undefined when it has none.</param>
public sealed record QmpEvent(string Name, JsonElement Data)
{
    /// <summary>A detail that is text, or null.</summary>
    public string? Text(string key) => Data.Text(key);
}
