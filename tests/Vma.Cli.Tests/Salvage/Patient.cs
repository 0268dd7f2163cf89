// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Salvage;

/// <summary>An archive of one disk that stores all of its blocks, to be damaged, and what is salvaged of it.</summary>
internal sealed class Patient : IDisposable
{
    public const int ClusterSize = 65536;
    public const int Length = 5 * ClusterSize + 1024;
    private const int ExtentHeader = 512;

    public Patient(bool isSealed = true, int length = Length)
    {
        Image = Images.Noise(length);
        string config = Scratch.File("qemu-server.conf", [.. "cores: 2\n"u8]);
        string disk = Scratch.File("disk.raw", Image);
        string[] plain = isSealed ? [] : ["--no-seal"];
        VmaCall.Run(["create", Archive, "-c", config, "-d", $"format=raw:a={disk}", .. plain]).Succeeded();
        File.Delete(config);
        File.Delete(disk);
        HeaderLength = VmaCall.Run("list", Archive, "--json").Succeeded().Json.GetProperty("headerBytes").GetInt32();
    }

    public Scratch Scratch { get; } = new();

    public byte[] Image { get; }

    public string Archive => Scratch["a.vma"];

    public string Out => Scratch["out"];

    public int HeaderLength { get; }

    /// <summary>Where a cluster of the first extent is.</summary>
    public int OffsetOf(int cluster) => HeaderLength + ExtentHeader + cluster * ClusterSize;

    /// <summary>Turns bits of some bytes.</summary>
    public Patient Damage(int offset, int length = 1)
    {
        byte[] archive = File.ReadAllBytes(Archive);
        for (int i = offset; i < offset + length; i++)
        {
            archive[i] ^= 0xff;
        }

        File.WriteAllBytes(Archive, archive);
        return this;
    }

    public VmaResult Salvage(params string[] options) => VmaCall.Run(["salvage", Archive, Out, .. options]);

    public byte[] Salvaged(string name = "disk-a.raw") => File.ReadAllBytes(Path.Combine(Out, name));

    /// <summary>The image with a cluster that is lost.</summary>
    public byte[] Without(int cluster)
    {
        byte[] image = [.. Image];
        image.AsSpan(cluster * ClusterSize, Math.Min(ClusterSize, image.Length - cluster * ClusterSize)).Clear();
        return image;
    }

    /// <summary>What ddrescue's own tool takes for lost, in blocks of 4,096 bytes.</summary>
    public int[] LostBlocks(string map = "disk-a.map")
    {
        Tool.Need("ddrescuelog");
        VmaResult lost = VmaCall.Shell("exec ddrescuelog -l- -b4096 \"$1\"", Path.Combine(Out, map)).Run().Succeeded();
        return [.. lost.OutputLines.Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture))];
    }

    public byte[] Report() => File.ReadAllBytes(Path.Combine(Out, "salvage.json"));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose() => Scratch.Dispose();
}
