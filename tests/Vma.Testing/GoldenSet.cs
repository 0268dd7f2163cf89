// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text.Json;

namespace Vma.Testing;

/// <summary>The archives that the reference tool made, and what their manifest says of them.</summary>
public static class GoldenSet
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly Lazy<Dictionary<string, GoldenArchive>> Manifest = new(ReadManifest);

    public static TheoryData<string> Files => [.. Manifest.Value.Keys];

    public static GoldenArchive Find(string file) => Manifest.Value[file];

    public static byte[] Read(string file) => File.ReadAllBytes(Places.Golden(file));

    public static string Sha256(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    private static Dictionary<string, GoldenArchive> ReadManifest() =>
        JsonSerializer.Deserialize<GoldenManifest>(Read("manifest.json"), Names)!.Archives.ToDictionary(archive => archive.File);

    private sealed record GoldenManifest(IReadOnlyList<GoldenArchive> Archives);
}

public sealed record GoldenArchive(
    string File,
    string Sha256,
    long Size,
    string Uuid,
    long Ctime,
    int HeaderSize,
    string ListStdout,
    IReadOnlyList<GoldenConfig> Configs,
    IReadOnlyList<GoldenDevice> Devices,
    IReadOnlyList<GoldenExtent> Extents)
{
    public string Path => Places.Golden(File);
}

public sealed record GoldenConfig(string Name, int Size, string Sha256);

public sealed record GoldenDevice(byte DevId, string Devname, long Size, string ImageSha256)
{
    /// <summary>What the file is called to which the command restores it.</summary>
    public string FileName => Devname == "vmstate" ? "vmstate.bin" : $"disk-{Devname}.raw";
}

public sealed record GoldenExtent(int Offset, int Size, int BlockCount, int Entries);
