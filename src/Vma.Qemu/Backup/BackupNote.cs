// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Qemu.Backup;

/// <summary>A note about what has to be put back.</summary>
/// <param name="Id">The object in QEMU that it is.</param>
/// <param name="Kind">One of the kinds in <see cref="BackupNotes"/>.</param>
/// <param name="Content">What is needed to put it back; undefined when it cannot be read.</param>
internal sealed record BackupNote(string Id, string Kind, JsonElement Content);
