// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>The commands that a backup gives, by what they are for.</summary>
internal static class MonitorCommands
{
    public static string Status(this IQmpMonitor monitor) => monitor.Execute("query-status").Text("status") ?? "unknown";

    public static void AddNode(this IQmpMonitor monitor, JsonObject node) => monitor.Execute("blockdev-add", node);

    public static void DeleteNode(this IQmpMonitor monitor, string node) => monitor.Execute("blockdev-del", new JsonObject { ["node-name"] = node });

    /// <summary>All block nodes, without what each lies on.</summary>
    public static IEnumerable<JsonElement> Nodes(this IQmpMonitor monitor) =>
        monitor.Execute("query-named-block-nodes", new JsonObject { ["flat"] = true }).Items();

    /// <summary>The dirty bitmaps of all nodes.</summary>
    public static IEnumerable<(string Node, string Name)> Bitmaps(this IQmpMonitor monitor) =>
        from node in monitor.Nodes()
        from bitmap in node.Member("dirty-bitmaps").Items()
        let names = (Node: node.Text("node-name"), Bitmap: bitmap.Text("name"))
        where names is { Node: not null, Bitmap: not null }
        select (names.Node, names.Bitmap);

    public static void RemoveBitmap(this IQmpMonitor monitor, string node, string name) =>
        monitor.Execute("block-dirty-bitmap-remove", new JsonObject { ["node"] = node, ["name"] = name });

    /// <summary>Does all of several things at one instant, or none.</summary>
    public static void Transact(this IQmpMonitor monitor, IEnumerable<JsonNode> actions) =>
        monitor.Execute("transaction", new JsonObject { ["actions"] = new JsonArray([.. actions]) });

    public static void SetDrive(this IQmpMonitor monitor, string device, string node) =>
        monitor.Execute("qom-set", new JsonObject { ["path"] = device, ["property"] = "drive", ["value"] = node });

    /// <summary>Gives QEMU a socket or pipe under a name, for one use.</summary>
    public static void GiveDescriptor(this IQmpMonitor monitor, string name, SafeHandle descriptor) =>
        monitor.Execute("getfd", new JsonObject { ["fdname"] = name }, descriptor);

    /// <summary>Gives QEMU an open file, and tells its name there.</summary>
    public static string GiveFile(this IQmpMonitor monitor, string remark, SafeHandle file)
    {
        JsonElement set = monitor.Execute("add-fd", new JsonObject { ["opaque"] = remark }, file);
        return $"/dev/fdset/{set.Number("fdset-id") ?? throw new QmpException($"'{monitor.Name}' took a file and did not say as what")}";
    }

    /// <summary>A job by its id; undefined when there is none.</summary>
    public static JsonElement Job(this IQmpMonitor monitor, string id) => monitor.Execute("query-jobs").Items().FirstOrDefault(job => job.Text("id") == id);
}
