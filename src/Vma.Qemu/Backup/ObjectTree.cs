// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Failures;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Backup;

/// <summary>QEMU's objects, of which any may be missing.</summary>
internal sealed class ObjectTree(IQmpMonitor monitor, CancellationToken cancellationToken)
{
    /// <summary>A property, or undefined when there is none.</summary>
    public JsonElement Get(string path, string property) => Ask("qom-get", new JsonObject { ["path"] = path, ["property"] = property });

    public string? Text(string path, string property) => Get(path, property).Text() is { Length: > 0 } text ? text : null;

    /// <summary>The objects below a path with their types.</summary>
    public IEnumerable<(string Path, string Type)> Children(string path)
    {
        const string Child = "child<";
        return from one in Ask("qom-list", new JsonObject { ["path"] = path }).Items()
               let type = one.Text("type")
               where one.Text("name") is not null && type is not null && type.StartsWith(Child, StringComparison.Ordinal) && type.EndsWith('>')
               select ($"{path}/{one.Text("name")}", type[Child.Length..^1]);
    }

    private JsonElement Ask(string command, JsonObject arguments) =>
        Attempt.Or(() => monitor.Execute(command, arguments, cancellationToken: cancellationToken), (QmpCommandException _) => default);
}
