// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Format;
using Vma.Input;

namespace Vma.Salvage;

/// <summary>
/// What is left of a header. When it is damaged, its names and sizes are taken as they can be read, the identity comes from the first
/// extent, and devices that extents speak of are made up as they come.
/// </summary>
internal sealed class HeaderRescue
{
    private HeaderRescue(VmaManifest manifest, VmaFault? fault) => (Manifest, Fault) = (manifest, fault);

    public VmaManifest Manifest { get; }

    /// <summary>What is wrong with the header; null when it can be relied on.</summary>
    public VmaFault? Fault { get; }

    /// <summary>Whether a device's size can be relied on.</summary>
    public bool KnowsSizeOf(VmaDevice device) => Fault is null && device.DeclaredSize <= VmaLayout.MaxDeviceSize;

    /// <summary>Leaves the input where the first extent should begin.</summary>
    public static HeaderRescue Read(ForwardInput input)
    {
        var header = new byte[HeaderLayout.FixedLength];
        int present = input.Read(header);
        VmaFault? fault = HeaderReader.Measure(header.AsSpan(0, present), out int length);
        if (present < header.Length)
        {
            throw new VmaException(fault!); // nothing can follow
        }

        length = fault is null ? length : Guess(header);
        Array.Resize(ref header, length);
        present += input.Read(header.AsSpan(HeaderLayout.FixedLength));
        if (present < length)
        {
            fault ??= HeaderReader.Cut(present, length);
        }

        VmaManifest? manifest = null;
        fault ??= HeaderReader.Read(header, out manifest);
        if (fault is null)
        {
            return new HeaderRescue(manifest!, null);
        }

        HeaderReader.ReadUnchecked(header, out manifest);
        input.PutBack(header.AsSpan(0, present));
        IReadOnlyList<VmaConfig> found = manifest is null ? FindConfigs(input) : [];
        return new HeaderRescue(Repair(manifest, found, FindUuid(input)), fault);
    }

    /// <summary>A device of which only its id in the extents is known.</summary>
    public static VmaDevice Invent(byte id) => new(id, $"device-{id}", VmaLayout.MaxDeviceSize);

    private static int Guess(ReadOnlySpan<byte> header)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[HeaderLayout.HeaderSizeOffset..]);
        return length is > HeaderLayout.FixedLength and <= HeaderLayout.MaxWritableLength ? (int)length : HeaderLayout.FixedLength;
    }

    /// <summary>The configs of a header whose tables do not lead to them any more.</summary>
    private static List<VmaConfig> FindConfigs(ForwardInput input)
    {
        var bytes = new byte[HeaderLayout.MaxWritableLength + ExtentLayout.HeaderLength];
        ReadOnlySpan<byte> there = bytes.AsSpan(0, input.Read(bytes));
        input.PutBack(there);
        int end = 0;
        while (there[end..].IndexOf(ExtentLayout.Magic) is >= 0 and var next && !ExtentHeader.IsWholeAndValid(there[(end + next)..], uuid: null))
        {
            end += next + 1;
        }

        int extent = there[end..].IndexOf(ExtentLayout.Magic);
        return ConfigText.Find(extent < 0 ? there : there[..(end + extent)]);
    }

    private static Guid FindUuid(ForwardInput input)
    {
        if (Peek(input) is { } first)
        {
            return first; // the header is cut off in front
        }

        new ExtentFinder(input, uuid: null, new FruitlessWork(input.IsDecoded)).SkipToNext(input.Position);
        return Peek(input) ?? Guid.Empty;
    }

    private static Guid? Peek(ForwardInput input)
    {
        var extent = new byte[ExtentLayout.HeaderLength];
        int read = input.Read(extent);
        input.PutBack(extent.AsSpan(0, read));
        return read == extent.Length && ExtentHeader.IsValid(extent, uuid: null) ? new ExtentHeader(extent).Uuid : null;
    }

    private static VmaManifest Repair(VmaManifest? read, IReadOnlyList<VmaConfig> found, Guid uuid)
    {
        read ??= new VmaManifest { Uuid = uuid, CreationTime = 0, Configs = found, Devices = [] };
        // A size beyond the format's would forbid the disk; how far it really goes is seen from its clusters.
        return read with
        {
            Uuid = uuid,
            Findings = [],
            Devices = [.. read.Devices.Select(device => device with { DeclaredSize = Math.Min(device.DeclaredSize, VmaLayout.MaxDeviceSize) })],
        };
    }
}
