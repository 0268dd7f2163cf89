// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;
using Vma.Tests.Support;
using static Vma.Testing.ArchiveBuilder;

namespace Vma.Tests.Salvage;

/// <summary>What salvage knows of its input, and what is still there behind a lost header.</summary>
public sealed class EvidenceTests
{
    private const string Config = "boot: order=scsi0\ncores: 2\nname: gästehaus\n";

    private static readonly byte[] Plain = new ArchiveBuilder().Config("qemu-server.conf", Config).Config("notes.txt", "no config\n")
        .WholeDisk(1, "drive-scsi0", Pattern.Full(20 * Cluster)).Build();

    public static TheoryData<string> Inputs => ["plain", "cut", "garbage in front", "zstd -c", "pzstd -c", "gzip -c", "zeros behind"];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void The_hash_is_that_of_all_of_the_input_as_it_came(string form)
    {
        byte[] input = form switch
        {
            "plain" => Plain,
            "cut" => Plain[..^100_000],
            "garbage in front" => Scramble(Plain, new Random(1), (0, 9000), (300_000, 5)),
            "zeros behind" => [.. Plain, .. new byte[3_000_000]],
            _ => [.. Tool.Run(form, Plain), .. "end"u8],
        };
        foreach (Stream stream in (Stream[])[new MemoryStream(input), new ChunkedStream(input, seed: 7), FileCopy.Of(input)])
        {
            VmaSalvageReport report = Salvaged.From(stream).Report;
            Assert.Equal((input.Length, Convert.ToHexStringLower(SHA256.HashData(input))), (report.InputBytes, report.InputSha256));
        }
    }

    [Theory]
    [InlineData(48, 8)] // the blob buffer's place
    [InlineData(0, 12288)] // all but the blobs
    [InlineData(ConfigNames, 2048)]
    public void Configs_are_found_where_nothing_leads_to_them(int at, int length)
    {
        byte[] archive = Scramble(Plain, new Random(at + length), (at, length));
        using var reader = new VmaSalvageReader(new MemoryStream(archive));
        VmaConfig config = Assert.Single(reader.Manifest.Configs, one => one.Name == "qemu-server.conf");
        Assert.Equal(Config, Encoding.UTF8.GetString(config.Data.Span));
        Assert.Equal(Plain[(Plain.Length - (20 * Cluster) - 512)..][512..], Salvaged.From(archive).Contents[1]);
    }

    [Fact]
    public void A_frame_that_fails_its_check_may_be_wrong_from_its_start()
    {
        byte[] archive = Tool.Run("zstd -c", [.. Plain, .. new byte[9 << 20]]);
        archive[^2] ^= 1; // the checksum
        VmaFault fault = Assert.Single(Salvaged.From(archive).Report.Findings, one => one.Code == VmaFaultCode.CompressedData);
        Assert.Contains("; the bytes 0 to 10", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(", which came of this frame, may be wrong", fault.Message, StringComparison.Ordinal);
    }
}
