// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Failures;
using Vma.Indexing;
using Vma.Input;

namespace Vma;

/// <summary>Turns an archive of any form into one of any other form, in memory that does not follow its size.</summary>
public static class VmaRepack
{
    /// <summary>
    /// Writes all of an archive anew. One that is plain and seekable is read twice: once to check all of it, once to write its clusters in
    /// disk order. Any other is written in its own order as it is read.
    /// </summary>
    /// <param name="archive">Stands at the archive's first byte; stays open.</param>
    /// <param name="output">Where the new archive goes; stays open.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="progress">Told after each extent, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work between two extents.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="VmaException">The archive is damaged. What the output then holds is no archive.</exception>
    /// <exception cref="ArgumentException">Names and configs do not fit the header that this writer makes, or there is nothing in the archive.</exception>
    /// <exception cref="IOException">The archive could not be read, or the output not be written.</exception>
    public static VmaWriteReport Run(
        Stream archive, Stream output, VmaRepackOptions? options = null, IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new VmaRepackOptions();
        long start = archive.CanSeek ? archive.Position : 0;
        if (options is { KeepOrder: false, Spool: { } openSpool })
        {
            using ForwardInput plain = Decompression.Open(archive, new DamageLog(Findings.ThrowErrors), options.DecoderMemory);
            if (!archive.CanSeek || (plain.IsDecoded && !IsInDiskOrder(archive, start)))
            {
                using Stream spool = openSpool();
                Unpack(plain, spool, cancellationToken);
                spool.Position = 0;
                return Run(spool, output, options with { Spool = null }, progress, cancellationToken);
            }
        }

        if (archive.CanSeek)
        {
            archive.Position = start;
        }

        using var reader = new VmaReader(archive, new VmaReaderOptions { DecoderMemory = options.DecoderMemory }, leaveOpen: true);
        if (reader.Manifest.Findings.FirstOrDefault(finding => finding.Severity == VmaSeverity.Error) is { } refused)
        {
            throw new VmaException(refused);
        }

        ArgumentException.ThrowIf(reader.Manifest is { Configs.Count: 0, Devices.Count: 0 },
            "the archive holds neither a config nor a device", nameof(archive));

        using var writer = new VmaWriter(output, options.ToWriterOptions(reader.Manifest), leaveOpen: true);
        foreach (VmaConfig config in reader.Manifest.Configs)
        {
            writer.AddConfig(config.Name, config.Data.Span);
        }

        foreach (VmaDevice device in reader.Manifest.Devices)
        {
            writer.AddDevice(device);
        }

        if (archive.CanSeek && !options.KeepOrder && (!reader.IsCompressed || options.Spool is not null))
        {
            VmaVerify.ThrowIfDamaged(reader, options.Parallelism, cancellationToken);
            archive.Position = start;
            var opening = new VmaArchiveOptions { Parallelism = options.Parallelism, DecoderMemory = options.DecoderMemory };
            using VmaArchive anywhere = VmaArchive.Open(archive, opening, leaveOpen: true, cancellationToken: cancellationToken);
            InDiskOrder(anywhere, writer, progress, cancellationToken);
        }
        else
        {
            InItsOrder(reader, writer, progress, cancellationToken);
        }

        return writer.Commit();
    }

    private static void Unpack(ForwardInput plain, Stream spool, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 20];
        for (int read = plain.Read(buffer); read > 0; read = plain.Read(buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            spool.Write(buffer.AsSpan(0, read));
        }
    }

    private static void InItsOrder(VmaReader reader, VmaWriter writer, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        const int ReportEvery = 256;
        Dictionary<byte, VmaDeviceWriter> devices = writer.Devices.ToDictionary(device => device.Device.Id);
        var data = new byte[VmaCluster.Size];
        for (long count = 0; reader.ReadCluster(out VmaCluster cluster); count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            VmaDeviceWriter device = devices[cluster.Device.Id];
            if (cluster.IsZero && !cluster.Device.IsMemoryState)
            {
                device.WriteZeroes(cluster.Number);
            }
            else
            {
                cluster.CopyTo(data);
                device.WriteCluster(cluster.Number, data.AsSpan(0, cluster.Length));
            }

            if (count % ReportEvery == 0)
            {
                progress?.Report(writer.Total());
            }
        }

        progress?.Report(writer.Total());
    }

    private static void InDiskOrder(VmaArchive archive, VmaWriter writer, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        var disks = new Dictionary<VmaDeviceWriter, IBlockSource>();
        foreach (VmaDeviceWriter device in writer.Devices)
        {
            VmaDisk disk = archive.OpenDisk(device.Device);
            if (device.Device.IsMemoryState)
            {
                CopyMemoryState(device, disk, cancellationToken);
            }
            else
            {
                disks.Add(device, disk);
            }
        }

        writer.Copy(disks, progress, cancellationToken);
    }

    private static void CopyMemoryState(VmaDeviceWriter device, VmaDisk disk, CancellationToken cancellationToken)
    {
        var data = new byte[VmaCluster.Size];
        for (long at = 0; at < disk.ClustersLength; at += data.Length)
        {
            disk.ReadClusters(at, data, cancellationToken);
            device.WriteCluster(at / data.Length, data);
        }
    }

    /// <summary>Whether a compressed archive has a map by which its disks can be read from start to end, frame by frame.</summary>
    private static bool IsInDiskOrder(Stream archive, long start)
    {
        archive.Position = start;
        try
        {
            using VmaArchive opened = VmaArchive.Open(archive, leaveOpen: true);
            return opened.Content.Index is MappedIndex;
        }
        catch (VmaException)
        {
            return false;
        }
        finally
        {
            archive.Position = start;
        }
    }
}
