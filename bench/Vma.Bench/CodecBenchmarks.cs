// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;
using Vma.Disks;
using Vma.Format;

namespace Vma.Bench;

/// <summary>What is done to every byte: finding zeros, and the checksum of a seal. 64 KiB is a cluster in the cache; 256 MiB comes from memory.</summary>
[MemoryDiagnoser]
public class DataBenchmarks
{
    private byte[] _zeroes = [];
    private byte[] _data = [];

    [Params(64 << 10, 256 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _zeroes = new byte[Length];
        _zeroes.AsSpan().Fill(1); // else all its pages are one page of the system's
        _zeroes.AsSpan().Clear();
        _data = new byte[Length];
        new Random(1).NextBytes(_data);
    }

    [Benchmark]
    public bool ZeroesOfAZeroDisk() => ZeroBlocks.IsZero(_zeroes);

    [Benchmark]
    public int MasksOfAFullDisk()
    {
        int stored = 0;
        for (int at = 0; at < Length; at += VmaCluster.Size)
        {
            stored += ZeroBlocks.MaskOf(_data.AsSpan(at, VmaCluster.Size));
        }

        return stored;
    }

    [Benchmark]
    public uint Checksum() => Crc32C.Compute(_data);
}

/// <summary>What is done once for each extent, that is for up to 3.7 MiB of data. None of it allocates.</summary>
[MemoryDiagnoser]
public class ExtentBenchmarks
{
    private static readonly Guid Uuid = new("6f0f4b39-51d1-44f5-9c5a-5a4d3f2e1d0c");
    private readonly byte[] _extent = new byte[ExtentLayout.HeaderLength];

    [GlobalSetup]
    public void Prepare() => Write();

    [Benchmark]
    public void Write()
    {
        for (int slot = 0; slot < ExtentLayout.Slots; slot++)
        {
            ExtentHeader.WriteSlot(_extent, slot, new BlockInfo(0xffff, 1, (uint)slot));
        }

        ExtentHeader.Complete(_extent, Uuid, ExtentLayout.Slots * VmaCluster.BlocksPerCluster);
    }

    [Benchmark]
    public bool Check() => ExtentHeader.IsValid(_extent, Uuid);

    [Benchmark]
    public long Walk()
    {
        long clusters = 0;
        foreach (Extents.Slot slot in Extents.Slot.Of(new ExtentHeader(_extent)))
        {
            clusters += slot.Info.Cluster + slot.DataOffset;
        }

        return clusters;
    }
}

/// <summary>An archive's header: once for each archive.</summary>
[MemoryDiagnoser]
public class HeaderBenchmarks
{
    private byte[] _header = [];
    private VmaManifest? _manifest;

    [Params(1, 254)]
    public int Devices { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        using var archive = new MemoryStream();
        using var writer = new VmaWriter(archive, leaveOpen: true);
        writer.AddConfig("qemu-server.conf", new byte[400]);
        var disks = new Dictionary<VmaDeviceWriter, IBlockSource>();
        for (int device = 0; device < Devices; device++)
        {
            disks.Add(writer.AddDevice($"drive-scsi{device}", VmaCluster.BlockSize), new MemoryDisk(new byte[VmaCluster.BlockSize]));
        }

        writer.Copy(disks);
        writer.Commit();
        byte[] whole = archive.ToArray();
        HeaderReader.Measure(whole, out int length);
        _header = whole[..length];
        HeaderReader.Read(_header, out _manifest);
    }

    [Benchmark]
    public bool Read() => HeaderReader.Read(_header, out _) is null;

    [Benchmark]
    public byte[] Write() => HeaderWriter.Write(_manifest!);
}
