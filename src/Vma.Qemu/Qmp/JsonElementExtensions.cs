// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Qemu.Qmp;

/// <summary>Members of an answer that may be missing or of another kind than expected: the peer can say anything.</summary>
internal static class JsonElementExtensions
{
    public static JsonElement Member(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value) ? value : default;

    public static string? Text(this JsonElement element, string key) => element.Member(key).Text();

    public static string? Text(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    public static long? Number(this JsonElement element, string key) =>
        element.Member(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : null;

    public static bool IsTrue(this JsonElement element, string key) => element.Member(key).ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];
}
