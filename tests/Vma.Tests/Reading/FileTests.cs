// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Reading;

/// <summary>What is particular about archives that can be read at any place.</summary>
public sealed class FileTests
{
    [Fact]
    public void A_file_that_becomes_shorter_while_it_is_verified_is_told_as_cut()
    {
        using FileStream file = FileCopy.Of(SealedSample.Extents(1));
        using var reader = new VmaReader(file, leaveOpen: true);
        VmaReadReport report = VmaVerify.Run(reader, progress: new Shortening(file, 20_000));
        Assert.Equal([VmaFaultCode.DataCut, VmaFaultCode.EndMarkMissing], report.Findings.Select(fault => fault.Code));
        Assert.Equal(((byte?)1, (long?)0), (report.Findings[0].DeviceId, report.Findings[0].Cluster));
    }

    [Fact]
    public void A_file_that_becomes_shorter_while_it_is_restored_is_an_error_even_without_checksums()
    {
        using FileStream file = FileCopy.Of(SealedSample.Extents(1));
        using var reader = new VmaReader(file, leaveOpen: true);
        var targets = new Dictionary<VmaDevice, IBlockTarget> { [reader.Manifest.Devices[0]] = new GrowingDisk(65536) };
        VmaException cut = Assert.Throws<VmaException>(() =>
            VmaExtract.Run(reader, targets, new VmaExtractOptions { VerifyData = false }, new Shortening(file, 20_000)));
        Assert.Equal(VmaFaultCode.DataCut, cut.Fault.Code);
    }

    [Fact]
    public void An_archive_in_the_middle_of_a_file_is_read_from_where_the_stream_stands()
    {
        byte[] archive = SealedSample.Varied(7);
        using FileStream file = FileCopy.Of([.. Pattern.Full(777), .. archive]);
        file.Position = 777;
        Assert.Equal(Restored.From(archive).Contents.Values, Restored.From(file).Contents.Values);
    }

    /// <summary>Makes the file shorter when it is told of progress: after an extent's header was read, and before its data is.</summary>
    private sealed class Shortening(FileStream file, long length) : IProgress<VmaProgress>
    {
        public void Report(VmaProgress value) => file.SetLength(Math.Min(file.Length, length));
    }
}
