// SPDX-License-Identifier: MIT

using Vma.Tests.Support;

namespace Vma.Tests.Compression;

/// <summary>zstd frames whose window is larger than 128 MiB are sound; it is the reader's caller that says how much memory they may take.</summary>
public sealed class WindowTests
{
    private static readonly byte[] Content = Pattern.Full(40 * 65536);
    private static readonly byte[] Plain = new ArchiveBuilder().WholeDisk(1, "disk", Content).Build();

    [Theory]
    [InlineData("zstd -q -c --long=28", 1L << 28)]
    [InlineData("zstd -q -c --long=31", 1L << 31)]
    public void A_large_window_is_refused_with_what_it_takes_and_no_damage_is_told(string command, long needed)
    {
        byte[] archive = Tool.Run(command, Plain);
        foreach (Action read in (Action[])[
            () => new VmaReader(new MemoryStream(archive)).Dispose(),
            () => new VmaSalvageReader(new MemoryStream(archive)).Dispose(),
            () => VmaRepack.Run(new MemoryStream(archive), Stream.Null, new VmaRepackOptions())])
        {
            VmaFault fault = Assert.Throws<VmaException>(read).Fault;
            Assert.Equal((VmaFaultCode.NeedsMemory, needed, 0L), (fault.Code, fault.MemoryNeeded, fault.CompressedOffset));
        }
    }

    [Fact]
    public void It_is_read_when_its_memory_is_allowed()
    {
        byte[] archive = Tool.Run("zstd -q -c --long=28", Plain);
        var options = new VmaReaderOptions { DecoderMemory = 1L << 28 };
        using var reader = new VmaReader(new MemoryStream(archive), options);
        Assert.Empty(VmaVerify.Run(reader).Findings);
        using var salvage = new VmaSalvageReader(new MemoryStream(archive), options: options);
        var disk = new GrowingDisk(Content.Length, readsAsZeroes: true);
        VmaSalvage.Run(salvage, _ => disk);
        Assert.Equal(Content, disk.Content(Content.Length));
        using var output = new MemoryStream();
        VmaRepack.Run(new MemoryStream(archive), output, new VmaRepackOptions { DecoderMemory = 1L << 28, Compression = VmaCompression.Zstd(1) });
        using VmaArchive opened = VmaArchive.Open(new MemoryStream(output.ToArray()));
        var content = new byte[Content.Length];
        opened.OpenDisk("disk").ReadAt(0, content, TestContext.Current.CancellationToken);
        Assert.Equal(Content, content);
    }

    [Fact]
    public void A_seekable_copy_is_made_of_it()
    {
        using var scratch = new Scratch();
        string path = scratch.File("a.vma.zst", Tool.Run("zstd -q -c --long=28", [.. Plain, .. new byte[9 << 20]]));
        var options = new VmaArchiveOptions { SidecarDirectory = scratch["cache"] };
        Assert.Equal(VmaFaultCode.NeedsMemory, Assert.Throws<VmaException>(() => VmaArchive.Open(path, options)).Fault.Code);
        using VmaArchive opened = VmaArchive.Open(path, options with { DecoderMemory = 1L << 28 });
        var content = new byte[Content.Length];
        opened.OpenDisk("disk").ReadAt(0, content, TestContext.Current.CancellationToken);
        Assert.Equal(Content, content);
    }

    [Fact]
    public void A_small_archive_with_a_large_window_takes_no_more_than_its_content()
    {
        // From a file the content's size is known, and no more than that is kept.
        byte[] archive = Tool.RunOnFile("zstd -q --long=31", [.. Plain, .. new byte[9 << 20]]);
        using var reader = new VmaReader(new MemoryStream(archive), new VmaReaderOptions { DecoderMemory = 32 << 20 });
        Assert.Equal(0, VmaVerify.Run(reader).Errors);
    }

    [Fact]
    public void A_limit_below_the_window_of_a_usual_archive_holds_too()
    {
        byte[] archive = Tool.Run("zstd -q -c -19", Plain);
        var options = new VmaReaderOptions { DecoderMemory = 1 << 20 };
        Assert.Equal(VmaFaultCode.NeedsMemory, Assert.Throws<VmaException>(() => new VmaReader(new MemoryStream(archive), options)).Fault.Code);
    }

    [Fact]
    public void Behind_a_later_frame_that_takes_too_much_salvage_goes_on()
    {
        byte[] Part(int from, int to, string command) => Tool.Run(command, Plain[from..to]);
        byte[] archive = [.. Part(0, 500_000, "zstd -q -c"), .. Part(500_000, 600_000, "zstd -q -c --long=28"), .. Part(600_000, Plain.Length, "zstd -q -c")];
        Salvaged salvaged = Salvaged.From(archive);
        Assert.Contains(salvaged.Report.Findings, finding => finding.Code == VmaFaultCode.NeedsMemory);
        using var reader = new VmaReader(new MemoryStream(archive));
        Assert.Contains(VmaVerify.Run(reader).Findings, finding => finding.Code == VmaFaultCode.NeedsMemory);
    }
}
