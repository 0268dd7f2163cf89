// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Cli.Tests.Support;

/// <summary>What the manifest says of an archive that the reference tool made.</summary>
internal sealed record GoldenArchive(string File, string Uuid, long Ctime, int HeaderSize, string ListStdout, GoldenConfig[] Configs, GoldenDevice[] Devices)
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Dictionary<string, GoldenArchive> Known = JsonSerializer
        .Deserialize<GoldenManifest>(System.IO.File.ReadAllBytes(Places.Golden("manifest.json")), Names)!.Archives.ToDictionary(archive => archive.File);

    public static TheoryData<string> Files => new(Known.Keys);

    public string Path => Places.Golden(File);

    public static GoldenArchive Get(string file) => Known[file];

    private sealed record GoldenManifest(GoldenArchive[] Archives);
}

internal sealed record GoldenConfig(string Name, int Size, string Sha256);

internal sealed record GoldenDevice(int DevId, string Devname, long Size, string ImageSha256)
{
    public string FileName => Devname == "vmstate" ? "vmstate.bin" : $"disk-{Devname}.raw";
}
