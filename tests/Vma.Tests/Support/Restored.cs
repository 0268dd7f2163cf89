// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>Everything that an archive restores to, through the library's reader.</summary>
internal sealed record Restored(VmaReadReport Report, IReadOnlyDictionary<byte, byte[]> Contents)
{
    public VmaManifest Manifest => Report.Manifest;

    /// <summary>What a stream restores to, or the first fault; a file must restore to the same, or have the same fault.</summary>
    public static Restored From(byte[] archive, VmaExtractOptions? options = null)
    {
        Restored? streamed = null, file = null;
        Exception? fault = Record.Exception(() => streamed = From(new MemoryStream(archive), options));
        Exception? other = Record.Exception(() => file = From(FileCopy.Of(archive), options));
        Assert.Equal((fault as VmaException)?.Fault, (other as VmaException)?.Fault);
        if (fault is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        }

        Assert.Equal(streamed!.Contents.Values, file!.Contents.Values, static (one, two) => one.AsSpan().SequenceEqual(two));
        return streamed;
    }

    public static Restored From(Stream archive, VmaExtractOptions? options = null, bool readsAsZeroes = false)
    {
        using var reader = new VmaReader(archive);
        Dictionary<VmaDevice, IBlockTarget> targets = reader.Manifest.Devices.ToDictionary(device =>
            device, device => (IBlockTarget)new GrowingDisk(device.Size, readsAsZeroes));
        VmaReadReport report = VmaExtract.Run(reader, targets, options);
        return new Restored(report, report.Devices.ToDictionary(device =>
            device.Device.Id, device => ((GrowingDisk)targets[device.Device]).Content(device.RestoredLength)));
    }

    /// <summary>What verify says, which must be the same of a stream, a pipe and a file.</summary>
    public static VmaReadReport Verify(byte[] archive, bool readData = true)
    {
        var options = new VmaVerifyOptions { ReadData = readData };
        using var reader = new VmaReader(new MemoryStream(archive));
        VmaReadReport report = VmaVerify.Run(reader, options);
        using var piped = new VmaReader(new ChunkedStream(archive, seed: archive.Length));
        Assert.Equal(report.Findings, VmaVerify.Run(piped, options).Findings);
        using var file = new VmaReader(FileCopy.Of(archive));
        Assert.Equal(report.Findings, VmaVerify.Run(file, options).Findings);
        return report;
    }
}
