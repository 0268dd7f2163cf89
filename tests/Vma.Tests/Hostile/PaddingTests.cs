// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Tests.Support;
using static Vma.Testing.ArchiveBuilder;

namespace Vma.Tests.Hostile;

/// <summary>Zeros behind the end, as a tape or a block device leaves them.</summary>
public sealed class PaddingTests
{
    private const int End = 12800 + 3 * (512 + 65536);

    private static readonly byte[] Content = Pattern.Full(3 * 65536);
    private static readonly byte[] Plain = new ArchiveBuilder().WholeDisk(1, "disk", Content, perExtent: 1).Build();
    private static readonly Guid OtherUuid = Guid.NewGuid();

    public static TheoryData<string> Compressions => ["zstd -c", "pzstd -c", "lzop -c", "gzip -c", "bzip2 -c"];

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(70000)]
    [InlineData(3000000)]
    public void Zeros_behind_the_end_are_a_warning(int count)
    {
        byte[] padded = Append(Plain, new byte[count]);
        Expect.Warning(padded, VmaFaultCode.ZeroPadding, End, Content);
        Assert.Equal([VmaFaultCode.ZeroPadding], Restored.Verify(padded, readData: false).Findings.Select(finding => finding.Code));
        AssertReadAnywhere(padded);
        AssertSalvaged(padded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(600)]
    [InlineData(100000)]
    public void Anything_behind_such_zeros_is_an_error(int count)
    {
        foreach (byte[] last in (byte[][])[[1], Pattern.Full(700), new ArchiveBuilder { Uuid = OtherUuid }.WholeDisk(1, "disk", Content).Build()])
        {
            byte[] archive = Append(Append(Plain, new byte[count]), last);
            Expect.Damage(archive, count == 1 && last.Length == 1 ? VmaFaultCode.TrailingBytes : VmaFaultCode.ExtentMagic, End);
            using var opened = VmaArchive.Open(new MemoryStream(archive));
            Assert.Contains(opened.Findings, finding => finding.Severity == VmaSeverity.Error);
        }
    }

    [Fact]
    public void An_extent_behind_a_hole_of_zeros_is_found()
    {
        byte[] archive = Insert(Plain, End - 66048, new byte[200000]);
        Expect.Damage(archive, VmaFaultCode.ExtentMagic, End - 66048);
        Assert.Equal((3, 0), (Restored.Verify(archive).Devices[0].Clusters, Restored.Verify(archive).Devices[0].MissingClusters));
        Assert.Contains((VmaFaultCode.BytesSkipped, End - 66048L), Restored.Verify(archive).Findings.Select(finding => (finding.Code, finding.Offset)));
    }

    [Fact]
    public void Zeros_in_the_place_of_the_last_extent_do_not_hide_what_is_missing()
    {
        byte[] archive = Append(Cut(Plain, End - 66048), new byte[66048]);
        VmaReadReport report = Restored.Verify(archive);
        Assert.Equal((1, 1), (report.Errors, report.Devices[0].MissingClusters));
        Assert.Equal(VmaFaultCode.MissingClusters, Assert.Throws<VmaException>(() => Restored.From(archive)).Fault.Code);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Zeros_may_be_compressed_with_the_archive(string compression)
    {
        byte[] padded = Tool.Run(compression, Append(Plain, new byte[300000]));
        Expect.Warning(padded, VmaFaultCode.ZeroPadding, End, Content);
        AssertSalvaged(padded);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Zeros_may_stand_behind_the_compressed_stream(string compression)
    {
        byte[] stream = Tool.Run(compression, Plain);
        // The framework's gzip decoder swallows what is left in its buffer of 8 KiB.
        foreach (int count in compression == "gzip -c" ? (int[])[300000] : [1, 3, 4, 300, 300000])
        {
            byte[] padded = Append(stream, new byte[count]);
            Expect.Warning(padded, VmaFaultCode.ZeroPadding, End, Content);
            VmaFault finding = Restored.Verify(padded).Findings[0];
            Assert.InRange(finding.CompressedOffset!.Value, stream.Length, stream.Length + (compression == "gzip -c" ? 8192 : 0));
            AssertSalvaged(padded);
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Anything_behind_zeros_behind_the_stream_is_an_error(string compression)
    {
        byte[] stream = Tool.Run(compression, Plain);
        foreach (byte[] last in (byte[][])[[1], Pattern.Full(700), stream])
        {
            byte[] archive = Append(Append(stream, new byte[100000]), last);
            VmaReadReport report = Restored.Verify(archive);
            Assert.Contains(VmaFaultCode.CompressedData, report.Findings.Select(finding => finding.Code));
            Assert.Throws<VmaException>(() => Restored.From(archive));
        }
    }

    [Fact]
    public void A_seekable_archive_with_zeros_behind_it_is_read_anywhere()
    {
        using var stream = new MemoryStream();
        VmaRepack.Run(new MemoryStream(Plain), stream, new VmaRepackOptions { Compression = VmaCompression.Zstd() });
        AssertReadAnywhere(Append(stream.ToArray(), new byte[100000]));
        AssertReadAnywhere(Append(Tool.Run("lzop -c", Plain), new byte[100000]));
    }

    [Fact]
    public void An_archive_in_front_of_a_terabyte_of_zeros_takes_no_longer_than_a_gibibyte_of_them()
    {
        using var scratch = new Scratch();
        string path = scratch.File("a.vma", Plain);
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(1L << 40);
        }

        long start = Stopwatch.GetTimestamp();
        using var reader = new VmaReader(File.OpenRead(path));
        VmaReadReport report = VmaVerify.Run(reader);
        Assert.Equal((0, 1), (report.Errors, report.Warnings));
        using var opened = VmaArchive.Open(path);
        Assert.Equal(VmaFaultCode.ZeroPadding, Assert.Single(opened.Findings).Code);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "it took more than 20 seconds");
    }

    private static void AssertReadAnywhere(byte[] archive)
    {
        foreach (bool refuseDamaged in (bool[])[false, true])
        {
            using var opened = VmaArchive.Open(new MemoryStream(archive), new VmaArchiveOptions { RefuseDamaged = refuseDamaged });
            Assert.All(opened.Findings, finding => Assert.Equal((VmaFaultCode.ZeroPadding, VmaSeverity.Warning), (finding.Code, finding.Severity)));
            Assert.Single(opened.Findings);
            var content = new byte[Content.Length];
            opened.OpenDisk("disk").ReadAt(0, content, TestContext.Current.CancellationToken);
            Assert.Equal(Content, content);
        }
    }

    private static void AssertSalvaged(byte[] archive)
    {
        Salvaged salvaged = Salvaged.From(archive);
        Assert.Equal((0, 1), (salvaged.Report.Errors, salvaged.Report.Warnings));
        Assert.Equal(Content, salvaged.Contents[1]);
    }
}
