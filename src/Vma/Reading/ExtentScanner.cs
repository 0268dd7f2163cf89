// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Input;
using static Vma.Format.ExtentLayout;

namespace Vma.Reading;

/// <summary>
/// Goes from extent to extent and checks what each header says of itself. Empty extents and null extents of others are passed over.
/// </summary>
internal sealed class ExtentScanner(ForwardInput input, Guid uuid, bool readData, ExtentFinder? finder, FruitlessWork work)
{
    /// <summary>Whether there was any extent at all.</summary>
    public bool AnyExtent { get; private set; }

    /// <summary>Moves to the next extent, which is then in the buffer; it may be exchanged for another one.</summary>
    public ScannedExtent Next(ref ExtentBuffer buffer)
    {
        while (true)
        {
            long offset = input.Position;
            int there = readData ? input.Exchange(ref buffer) : 0;
            Span<byte> bytes = buffer.HeaderBytes;
            int read = there < HeaderLength ? there + input.Read(bytes[there..]) : HeaderLength;
            Span<byte> behind = buffer.Whole[HeaderLength..Math.Max(there, HeaderLength)];
            if (read == 0)
            {
                return new ScannedExtent(ScanKind.End, offset);
            }

            if ((read < HeaderLength ? ExtentHeader.Cut(bytes[..read], offset) : ExtentHeader.Check(bytes, uuid, offset)) is { } fault)
            {
                input.PutBack(behind);
                input.PutBack(bytes[..read]);
                bool isZero = behind.IsEmpty && ZeroBlocks.IsZero(bytes[..read]);
                return new ScannedExtent(isZero ? ScanKind.Zeroes : ScanKind.Fault, offset) { Fault = fault };
            }

            AnyExtent = true;
            if (buffer.Header.BlockCount > 0)
            {
                return readData ? ReadData(buffer, offset, behind.Length) : SkipData(buffer, offset);
            }

            input.PutBack(behind);
            if (buffer.Header.HasClusters)
            {
                return new ScannedExtent(ScanKind.Data, offset);
            }

            work.AddHeader();
            if (work.IsTooMuch)
            {
                input.Abandon();
                return new ScannedExtent(ScanKind.TooMuch, offset) { Fault = FruitlessWork.Fault(offset) };
            }

            SealPayload seal = SealPayload.ReadFrom(bytes);
            if (seal.Kind != SealKind.None)
            {
                return new ScannedExtent(seal.Kind == SealKind.Seal ? ScanKind.StraySeal : ScanKind.EndMark, offset) { Seal = seal };
            }
        }
    }

    private ScannedExtent SkipData(ExtentBuffer buffer, long offset)
    {
        int present = (int)input.Skip(buffer.Header.DataLength);
        Span<byte> behind = buffer.Data[..HeaderLength];
        return Found(buffer, offset, present, behind[..input.Read(behind)], "the archive ends");
    }

    private ScannedExtent ReadData(ExtentBuffer buffer, long offset, int there)
    {
        if (TryLeave(buffer, offset) is { } left)
        {
            return left;
        }

        // The 512 bytes behind the data are its seal, or are put back as the start of what comes next.
        int length = buffer.Header.DataLength;
        Span<byte> data = buffer.Data[..(length + HeaderLength)];
        if (there > data.Length)
        {
            input.PutBack(buffer.Data[data.Length..there]);
            there = data.Length;
        }

        int read = there + input.Read(data[there..]);
        int present = Math.Min(read, length);
        Span<byte> behind = data[present..read];
        bool isAsExpected = read == length || (read == data.Length && ExtentHeader.IsValid(behind, uuid));
        // Zeros behind the data are padding only when the data is all there, and not when other extents were taken for a part of it.
        ExtentFinder? search = isAsExpected ? null : finder ?? (ZeroBlocks.IsZero(behind) ? new ExtentFinder(input, uuid, work) : null);
        if (search?.FindWithin(data[..read]) is not { } nextExtent)
        {
            return Found(buffer, offset, present, behind, "the archive ends");
        }

        behind = data[nextExtent..read];
        if (behind.Length > HeaderLength)
        {
            input.PutBack(behind[HeaderLength..]);
            behind = behind[..HeaderLength];
        }

        return Found(buffer, offset, Math.Min(nextExtent, length), behind, "another extent begins") with { HasHole = true };
    }

    /// <summary>
    /// Leaves the data where it is, to be read by the worker that uses the extent, when the archive can be read at any place and goes on behind the data
    /// as it should. So several extents are read at once, in steps that stay in the processor's cache.
    /// </summary>
    private ScannedExtent? TryLeave(ExtentBuffer buffer, long offset)
    {
        int length = buffer.Header.DataLength;
        long dataOffset = offset + HeaderLength;
        if (input.File is not { } file || dataOffset + length > file.Length)
        {
            return null;
        }

        file.Expect(dataOffset);
        Span<byte> behind = buffer.Data[..HeaderLength];
        behind = behind[..file.ReadUpTo(dataOffset + length, behind)];
        if (!behind.IsEmpty && !ExtentHeader.IsWholeAndValid(behind, uuid))
        {
            return null;
        }

        input.Skip(length + behind.Length);
        return Found(buffer, offset, length, behind, cutBy: string.Empty) with { IsLeft = true };
    }

    /// <summary>A data extent with the seal that stands behind it; what is no seal of its own is put back.</summary>
    private ScannedExtent Found(ExtentBuffer buffer, long offset, int present, ReadOnlySpan<byte> behind, string cutBy)
    {
        SealPayload? seal = SealPayload.SealOf(Crc32C.Compute(buffer.HeaderBytes), behind, uuid);
        if (seal is null)
        {
            input.PutBack(behind);
        }

        int length = buffer.Header.DataLength;
        long dataEnd = offset + HeaderLength + present;
        return new ScannedExtent(ScanKind.Data, offset)
        {
            Seal = seal ?? default,
            DataPresent = present,
            Fault = present == length ? null
                : new(VmaFaultCode.DataCut, dataEnd, $"{cutBy} inside the data of the extent at {offset}: {present} of {length} bytes are there"),
        };
    }
}
