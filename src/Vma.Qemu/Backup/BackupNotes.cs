// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Failures;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// What a run has to put back, noted in QEMU itself as objects that do nothing. The run that cleans up after one that died finds it there, and it is
/// gone when QEMU is.
/// </summary>
internal static class BackupNotes
{
    public const string Stopped = "stopped";
    public const string Drive = "drive";
    public const string Shutdown = "shutdown";
    public const string Migration = "migration";
    public const string Frozen = "frozen";

    public static string Add(IQmpMonitor monitor, BackupNames names, string kind, JsonObject? content = null)
    {
        string id = names.NextNote(kind);
        content ??= [];
        monitor.Execute("object-add", new JsonObject { ["qom-type"] = "authz-simple", ["id"] = id, ["identity"] = content.ToJsonString() });
        return id;
    }

    public static void Remove(IQmpMonitor monitor, string id) => monitor.Execute("object-del", new JsonObject { ["id"] = id });

    /// <summary>All notes, of whatever run.</summary>
    public static IReadOnlyList<BackupNote> All(IQmpMonitor monitor) =>
    [
        .. from one in monitor.Execute("qom-list", new JsonObject { ["path"] = "/objects" }).Items()
           let id = one.Text("name")
           where id is not null && BackupNames.KindOfNote(id) is not null
           let content = monitor.Execute("qom-get", new JsonObject { ["path"] = $"/objects/{id}", ["property"] = "identity" }).Text()
           select new BackupNote(id, BackupNames.KindOfNote(id)!, Parse(content)),
    ];

    private static JsonElement Parse(string? content) => content is null ? default : Attempt.Or(() => JsonElement.Parse(content), (JsonException _) => default);
}
