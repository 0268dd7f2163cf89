// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vma.Tests.Support;

/// <summary>The archives that the reference tool made, and what their manifest says of them.</summary>
internal static class GoldenSet
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly Lazy<Dictionary<string, GoldenArchive>> Manifest = new(ReadManifest);

    public static string RootDirectory { get; } = typeof(GoldenSet).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RootDirectory").Value!;

    private static string Directory => Path.Combine(RootDirectory, "tests", "golden", "valid");

    public static TheoryData<string> Files => [.. Manifest.Value.Keys];

    public static GoldenArchive Find(string file) => Manifest.Value[file];

    public static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Directory, file));

    public static string Sha256(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    private static Dictionary<string, GoldenArchive> ReadManifest()
    {
        string text = File.ReadAllText(Path.Combine(Directory, "manifest.json"));
        return JsonSerializer.Deserialize<GoldenManifest>(text, Names)!.Archives.ToDictionary(archive => archive.File);
    }

    private sealed record GoldenManifest(IReadOnlyList<GoldenArchive> Archives);
}

internal sealed record GoldenArchive(
    string File,
    string Sha256,
    long Size,
    string Uuid,
    long Ctime,
    int HeaderSize,
    IReadOnlyList<GoldenConfig> Configs,
    IReadOnlyList<GoldenDevice> Devices,
    IReadOnlyList<GoldenExtent> Extents);

internal sealed record GoldenConfig(string Name, int Size, string Sha256);

internal sealed record GoldenDevice(byte DevId, string Devname, long Size, string ImageSha256);

internal sealed record GoldenExtent(int Offset, int Size, int BlockCount, int Entries);
