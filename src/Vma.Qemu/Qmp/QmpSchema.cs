// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Qemu.Qmp;

/// <summary>What a QEMU understands, as its <c>query-qmp-schema</c> says: what to ask instead of its version.</summary>
public sealed class QmpSchema
{
    private readonly Dictionary<string, JsonElement> _entities = [];

    /// <summary>From what <c>query-qmp-schema</c> returned.</summary>
    public QmpSchema(JsonElement schema)
    {
        foreach (JsonElement entity in schema.Items())
        {
            if (entity.Text("name") is { } name)
            {
                _entities[name] = entity;
            }
        }
    }

    /// <summary>Whether there is a command.</summary>
    public bool HasCommand(string command) => _entities.TryGetValue(command, out JsonElement entity) && entity.Text("meta-type") == "command";

    /// <summary>Whether a command takes an argument.</summary>
    /// <param name="command">The command.</param>
    /// <param name="argument">The argument; members of members are separated by <c>/</c>, and lists are looked into.</param>
    /// <param name="variant">The case of the command's union besides what all have in common, as a driver for <c>blockdev-add</c>; null for any.</param>
    public bool HasArgument(string command, string argument, string? variant = null) => TypesOf(command, argument, variant).Count > 0;

    /// <summary>Whether an argument that is an enumeration has a value.</summary>
    /// <inheritdoc cref="HasArgument"/>
    public bool HasArgumentValue(string command, string argument, string value, string? variant = null) => Expand(TypesOf(command, argument, variant))
        .Any(type => type.Member("values").Items().Any(one => one.Text() == value)
            || (type.Text("meta-type") == "enum" && type.Member("members").Items().Any(one => one.Text("name") == value)));

    private List<string> TypesOf(string command, string argument, string? variant)
    {
        ArgumentNullException.ThrowIfNull(argument);
        List<string> types = HasCommand(command) && _entities[command].Text("arg-type") is { } arguments ? [arguments] : [];
        string? inCase = variant;
        foreach (string name in argument.Split('/'))
        {
            types = [.. MembersOf(Expand(types), inCase).Where(member => member.Name == name).Select(member => member.Type).Distinct()];
            inCase = null;
        }

        return types;
    }

    /// <summary>The objects and enumerations that types are, each once: a list is what is in it, an alternate each of its choices.</summary>
    private IEnumerable<JsonElement> Expand(IEnumerable<string> types)
    {
        var seen = new HashSet<string>();
        var next = new Queue<string>(types);
        while (next.TryDequeue(out string? name))
        {
            if (!seen.Add(name) || !_entities.TryGetValue(name, out JsonElement entity))
            {
                continue;
            }

            IEnumerable<string?>? parts = entity.Text("meta-type") switch
            {
                "array" => [entity.Text("element-type")],
                "alternate" => entity.Member("members").Items().Select(choice => choice.Text("type")),
                _ => null,
            };
            if (parts is null)
            {
                yield return entity;
            }

            Array.ForEach([.. (parts ?? []).OfType<string>()], next.Enqueue);
        }
    }

    /// <summary>The members of types, and of their variants. Each type is looked at once for each depth, however many lead to it.</summary>
    private IEnumerable<(string Name, string Type)> MembersOf(IEnumerable<JsonElement> types, string? variant)
    {
        const int Deepest = 2; // a variant of a variant is as deep as QEMU's schema goes
        for (int depth = 0; depth <= Deepest; depth++)
        {
            var variants = new HashSet<string>();
            foreach (JsonElement type in types)
            {
                foreach (JsonElement member in type.Member("members").Items())
                {
                    if (member.Text("name") is { } name && member.Text("type") is { } of)
                    {
                        yield return (name, of);
                    }
                }

                foreach (JsonElement one in type.Member("variants").Items())
                {
                    if ((variant is null || depth > 0 || one.Text("case") == variant) && one.Text("type") is { } of)
                    {
                        variants.Add(of);
                    }
                }
            }

            types = variants.Where(_entities.ContainsKey).Select(name => _entities[name]);
        }
    }
}
