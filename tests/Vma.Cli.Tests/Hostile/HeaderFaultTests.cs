// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Hostile;

/// <summary>A header that cannot be used: every command ends with exit code 3 and one line, and makes nothing.</summary>
public sealed class HeaderFaultTests
{
    private const int BlobBufferOffset = 48;
    private const int BlobBufferSize = 52;
    private const int HeaderSize = 56;

    private static readonly Dictionary<string, (byte[] Archive, string Says)> Cases = new()
    {
        ["empty file"] = ([], "too short"),
        ["three bytes"] = ([.. "VMA"u8], "too short"),
        ["wrong magic"] = (ArchiveBuilder.Sound().Patch(0, 0x58).Build(), "not a VMA archive"),
        ["text"] = ([.. "This is no archive at all, just a text."u8], "not a VMA archive"),
        ["only zeros"] = (new byte[20000], "not a VMA archive"),
        ["only the magic"] = ([.. "VMA\0"u8], "ends inside its header"),
        ["cut in the fixed part"] = (ArchiveBuilder.Sound().Build()[..12287], "ends inside its header"),
        ["cut in the blobs"] = (ArchiveBuilder.Sound().Build()[..12799], "ends inside its header"),
        ["version 0"] = (ArchiveBuilder.Sound().Field(4, 0).Build(), "version 0"),
        ["version 2"] = (ArchiveBuilder.Sound().Field(4, 2).Build(), "version 2"),
        ["header size 0"] = (ArchiveBuilder.Sound().Field(HeaderSize, 0).Build(), "out of bounds"),
        ["header size 12288"] = (ArchiveBuilder.Sound().Field(HeaderSize, 12288).Build(), "out of bounds"),
        ["header over 16 MiB"] = (ArchiveBuilder.Sound().Field(HeaderSize, (16 << 20) + 512).Build(), "out of bounds"),
        ["header of 4 GiB"] = (ArchiveBuilder.Sound().Field(HeaderSize, uint.MaxValue).Build(), "out of bounds"),
        ["header larger than the file"] = (ArchiveBuilder.Sound().Field(HeaderSize, 8 << 20).Build(), "ends inside its header"),
        ["wrong MD5"] = (ArchiveBuilder.Sound().DamageHeader(header => header[32] ^= 1).Build(), "MD5"),
        ["blob offset in the fixed part"] = (ArchiveBuilder.Sound().Field(BlobBufferOffset, 4096).Build(), "blob buffer"),
        ["blob offset behind the header"] = (ArchiveBuilder.Sound().Field(BlobBufferOffset, 1 << 20).Build(), "blob buffer"),
        ["blob size behind the header"] = (ArchiveBuilder.Sound().Field(BlobBufferSize, 513).Build(), "blob buffer"),
        ["blob size that overflows"] = (ArchiveBuilder.Sound().Field(BlobBufferSize, uint.MaxValue).Build(), "blob buffer"),
        ["config name into the middle of a blob"] = (ArchiveBuilder.Sound().Field(ArchiveBuilder.ConfigNames, 2).Build(), "points to 2"),
        ["config data behind the blobs"] = (ArchiveBuilder.Sound().Field(ArchiveBuilder.ConfigData, 0x7fffffff).Build(), "points to 2147483647"),
        ["blob longer than the buffer"] = (ArchiveBuilder.Sound().Patch(ArchiveBuilder.FixedLength + 1, 0xff, 0xff).Build(), "points to"),
        ["config name without NUL"] = (new ArchiveBuilder().ConfigOfBlobs([.. "name"u8], [1]).Extent(_ => { }).Build(), "NUL"),
        ["config name of no bytes"] = (new ArchiveBuilder().ConfigOfBlobs([], [1]).Extent(_ => { }).Build(), "NUL"),
    };

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_command_refuses_a_broken_header_and_makes_nothing(string name)
    {
        using var scratch = new Scratch();
        (byte[] archive, string says) = Cases[name];
        string file = scratch.File("a.vma", archive);
        foreach (string verb in (string[])["list", "config", "verify"])
        {
            AssertRefused(VmaCall.Run(verb, file), $"vma: {file}: offset ", says);
        }

        AssertRefused(VmaCall.Run("extract", file, scratch["out"]), $"vma: {file}: offset ", says);
        AssertRefused(VmaCall.Run("extract", "-v", "-r", "/dev/stdin", file, scratch["out"]), $"vma: {file}: offset ", says);
        AssertRefused(new VmaCall("extract", "-", scratch["out"]) { Input = archive }.Run(), "vma: standard input: offset ", says);
        Assert.Equal(["a.vma"], scratch.Entries);
    }

    private static void AssertRefused(VmaResult result, string start, string says)
    {
        string line = Told.OneLine(3, result);
        Assert.StartsWith(start, line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }
}
