// SPDX-License-Identifier: MIT

using Vma.Streams;

namespace Vma.Fuzz.Cost;

/// <summary>An archive through everything that reads archives, each within its bound.</summary>
internal static class ArchiveWork
{
    /// <summary>How much of an archive's disks is read at any place. Disks can claim to be larger than any reader's patience.</summary>
    private const long MostData = 64 << 20;
    private const int MostRanges = 20_000;

    /// <summary>What a call with zeros counts as output, however many there are.</summary>
    private const int BytesPerCall = 64;

    private delegate long Reading(CountedStream stream);

    private static readonly (string Name, Reading Read)[] Readings =
    [
        ("verify", Verify), ("extract", Extract), ("reading at any place", ReadAnywhere), ("salvage", Salvage), ("repack", Repack),
    ];

    /// <summary>Throws where a reader's work is out of proportion.</summary>
    /// <returns>The largest share of a bound, as a guide to what costs more.</returns>
    public static double Require(byte[] archive, WorkBound bound) => Readings.Max(reading => Require(
        reading.Name, reading.Read, new CountedStream((0, archive)), archive.AsSpan().StartsWith("BZh"u8) ? WorkBound.Bzip2 : bound));

    /// <summary>Only for readers at any place: a pass forward reads holes too.</summary>
    public static void RequireAnywhere(CountedStream sparse) => Require("reading at any place", ReadAnywhere, sparse, WorkBound.Usual);

    private static double Require(string name, Reading read, CountedStream stream, WorkBound bound) => bound.Require(name, stream.Stored, () =>
    {
        long output = 0;
        try
        {
            output = read(stream);
        }
        catch (Exception refused) when (refused is VmaException or ArgumentException { ParamName: "archive" })
        {
            // What was read until then has been counted.
        }

        return (output, stream.BytesRead);
    });

    private static long Verify(CountedStream stream)
    {
        using var reader = new VmaReader(stream);
        VmaVerify.Run(reader, new VmaVerifyOptions { Parallelism = 1 });
        return 0;
    }

    private static long Extract(CountedStream stream)
    {
        using var reader = new VmaReader(stream);
        Dictionary<VmaDevice, CountedTarget> targets = reader.Manifest.Devices.ToDictionary(device => device, device => new CountedTarget(device.Size));
        try
        {
            VmaExtract.Run(reader, targets.ToDictionary(pair => pair.Key, IBlockTarget (pair) => pair.Value), new VmaExtractOptions { Parallelism = 1 });
        }
        catch (VmaException)
        {
            // As much as was restored has been counted.
        }

        return targets.Values.Sum(target => target.Output);
    }

    private static long ReadAnywhere(CountedStream stream)
    {
        using VmaArchive opened = VmaArchive.Open(stream, new VmaArchiveOptions { Parallelism = 1, CacheBytes = 16 << 20 });
        var buffer = new byte[VmaCluster.Size];
        long output = 0;
        int ranges = 0;
        foreach (VmaDevice device in opened.Manifest.Devices.Where(device => device.Size <= VmaCluster.Size * (1L << 32)))
        {
            VmaDisk disk = opened.OpenDisk(device);
            for (long at = 0; at < disk.Length && output < MostData && ranges++ < MostRanges;)
            {
                BlockStatus status = disk.StatusAt(at);
                int count = (int)Math.Min(status.Length, buffer.Length);
                if (!status.ReadsAsZeroes)
                {
                    disk.ReadAt(at, buffer.AsSpan(0, count));
                    output += count;
                }

                output += BytesPerCall;
                at += status.ReadsAsZeroes ? status.Length : count;
            }
        }

        return output;
    }

    private static long Salvage(CountedStream stream)
    {
        var targets = new List<CountedTarget>();
        using var reader = new VmaSalvageReader(stream);
        VmaSalvage.Run(reader, device =>
        {
            targets.Add(new CountedTarget(device.Size));
            return targets[^1];
        });
        return targets.Sum(target => target.Output);
    }

    private static long Repack(CountedStream stream)
    {
        using var output = new CountedOutput();
        try
        {
            VmaRepack.Run(stream, output, new VmaRepackOptions { Parallelism = 1 });
        }
        catch (VmaException)
        {
            // As much as was written has been counted.
        }

        return output.Written;
    }

    /// <summary>Takes everything, keeps nothing.</summary>
    private sealed class CountedTarget(long length) : IBlockTarget
    {
        private long _output;

        public long Output => _output;

        public long Length => length;

        public bool ReadsAsZeroes => true;

        public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default) =>
            Interlocked.Add(ref _output, data.Length + BytesPerCall);

        public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) => Interlocked.Add(ref _output, BytesPerCall);

        public void Flush(CancellationToken cancellationToken = default)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class CountedOutput : ForwardStream
    {
        public long Written { get; private set; }

        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer) => Written += buffer.Length;
    }
}
