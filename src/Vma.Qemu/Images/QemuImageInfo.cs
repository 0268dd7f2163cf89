// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Qemu.Images;

/// <summary>What <c>qemu-img info</c> says of an image.</summary>
/// <param name="Format">Its format.</param>
/// <param name="VirtualSize">The disk's size in bytes, at least 0.</param>
public sealed record QemuImageInfo(string Format, long VirtualSize)
{
    /// <summary>How many bytes the file takes; 0 when that is not known.</summary>
    public long ActualSize { get; init; }

    /// <summary>Whether a passphrase is needed to read it.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>How a qcow2 image is encrypted, <c>luks</c> or <c>aes</c>; else null.</summary>
    public string? Encryption { get; init; }

    /// <summary>The image that it lies on, as it names it; null when there is none.</summary>
    public string? BackingName { get; init; }

    /// <summary>The format of <see cref="BackingName"/>; null when the image does not say.</summary>
    public string? BackingFormat { get; init; }

    /// <summary>The file that holds a qcow2 image's data, as it names it; null when it is the image itself.</summary>
    public string? DataFile { get; init; }

    /// <summary>The sub-format of a VMDK: <c>monolithicSparse</c>, <c>streamOptimized</c> and so on; else null.</summary>
    public string? Subformat { get; init; }

    /// <summary>The names of its internal snapshots.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    internal static QemuImageInfo Parse(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            JsonElement data = default;
            bool hasData = root.TryGetProperty("format-specific", out JsonElement specific) && specific.TryGetProperty("data", out data);
            return new QemuImageInfo(root.GetProperty("format").GetString()!, root.GetProperty("virtual-size").GetInt64())
            {
                ActualSize = root.TryGetProperty("actual-size", out JsonElement actual) ? actual.GetInt64() : 0,
                IsEncrypted = root.TryGetProperty("encrypted", out JsonElement encrypted) && encrypted.GetBoolean(),
                Encryption = hasData && data.TryGetProperty("encrypt", out JsonElement encryption) ? Text(encryption, "format") : null,
                BackingName = Text(root, "full-backing-filename") ?? Text(root, "backing-filename"),
                BackingFormat = Text(root, "backing-filename-format"),
                DataFile = hasData ? Text(data, "data-file") : null,
                Subformat = hasData ? Text(data, "create-type") : null,
                Snapshots = root.TryGetProperty("snapshots", out JsonElement snapshots)
                    ? [.. snapshots.EnumerateArray().Select(one => Text(one, "name") ?? string.Empty)] : [],
            };
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new QemuException($"{QemuTool.Image} info printed something that is not understood: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
