// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>
/// What a run has to put back, noted in QEMU itself as objects that do nothing: whoever cleans up after a run that died finds it
/// there, and it is gone when QEMU is.
/// </summary>
internal static class BackupNotes
{
    public const string Stopped = "stopped";
    public const string Drive = "drive";
    public const string Shutdown = "shutdown";
    public const string Migration = "migration";
    public const string Frozen = "frozen";

    private const string Marker = "-note-";

    public static string Add(IQmpMonitor monitor, RunNames names, string kind, JsonObject? content = null)
    {
        string id = $"{names.Prefix}{Marker}{kind}-{names.Next()}";
        content ??= [];
        monitor.Execute("object-add", new JsonObject { ["qom-type"] = "authz-simple", ["id"] = id, ["identity"] = content.ToJsonString() });
        return id;
    }

    public static void Remove(IQmpMonitor monitor, string id) => monitor.Execute("object-del", new JsonObject { ["id"] = id });

    /// <summary>All notes, of whatever run.</summary>
    public static IReadOnlyList<(string Id, string Kind, JsonElement Content)> All(IQmpMonitor monitor)
    {
        List<(string, string, JsonElement)> notes = [];
        foreach (JsonElement one in monitor.Execute("qom-list", new JsonObject { ["path"] = "/objects" }).Items())
        {
            if (one.Text("name") is { } id && RunNames.IsOurs(id) && id.IndexOf(Marker, StringComparison.Ordinal) is > 0 and var at)
            {
                string kind = id[(at + Marker.Length)..id.LastIndexOf('-')];
                string? content = monitor.Execute("qom-get", new JsonObject { ["path"] = $"/objects/{id}", ["property"] = "identity" }).Text();
                notes.Add((id, kind, Parse(content)));
            }
        }

        return notes;
    }

    private static JsonElement Parse(string? content)
    {
        try
        {
            return content is null ? default : JsonElement.Parse(content);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

/// <summary>The names that a run gives to what it makes in QEMU.</summary>
internal sealed class RunNames
{
    private const string Common = "vma-";
    private int _next;

    /// <summary>What all names of this run begin with.</summary>
    public string Prefix { get; } = Common + Guid.NewGuid().ToString("N")[..6];

    public static bool IsOurs(string name) => name.StartsWith(Common, StringComparison.Ordinal);

    /// <summary>Whether a node belongs to a pull: then QEMU's NBD server is of a run of ours.</summary>
    public static bool IsPulled(string node) => IsOurs(node) && node.Contains("-pull-", StringComparison.Ordinal);

    public string Name(string kind, int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Prefix}-{kind}-{index}");

    public int Next() => Interlocked.Increment(ref _next);
}
