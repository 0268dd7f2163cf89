// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vma.Qemu.Qmp;

/// <summary>The messages of QMP, which the guest agent and libvirt share.</summary>
internal static class QmpMessage
{
    /// <summary>A command. The arguments stay the caller's.</summary>
    public static JsonObject Command(string command, JsonObject? arguments = null, long? id = null)
    {
        var message = new JsonObject { ["execute"] = command };
        if (id is not null)
        {
            message["id"] = id;
        }

        if (arguments is not null)
        {
            message["arguments"] = arguments.DeepClone();
        }

        return message;
    }

    /// <summary>What a command returned, out of its answer.</summary>
    /// <exception cref="QmpCommandException">The answer is a refusal.</exception>
    public static JsonElement ResultOf(string command, JsonElement answer) => answer.Member("error") is { ValueKind: JsonValueKind.Object } error
        ? throw new QmpCommandException(command, error.Text("class") ?? "GenericError", error.Text("desc") ?? "no reason given")
        : answer.Member("return");

    /// <summary>A version as the greeting and <c>query-version</c> have it.</summary>
    public static Version VersionOf(JsonElement version)
    {
        return new Version(Part("major"), Part("minor"), Part("micro"));

        int Part(string key) => (int)Math.Clamp(version.Number(key) ?? 0, 0, int.MaxValue);
    }

    /// <summary>The failure for something that came from <paramref name="name"/> and is no message.</summary>
    public static QmpException NotQmp(string name, Exception? cause = null) => new($"'{name}' sent something that is not QMP", cause);
}
