// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Format;
using Vma.Input;
using static Vma.Format.ExtentLayout;

namespace Vma.Reading;

/// <summary>What the scanner came upon.</summary>
internal enum ScanResult
{
    /// <summary>An extent that has clusters.</summary>
    Data,

    /// <summary>A seal that does not stand behind a data extent.</summary>
    StraySeal,
    EndMark,

    /// <summary>The archive ends, where an extent may begin.</summary>
    End,

    /// <summary>Something is wrong; the input stands at the fault.</summary>
    Fault,
}

/// <summary>
/// Goes from extent to extent and checks what each header says of itself. Empty extents and null extents of others are passed over.
/// </summary>
internal sealed class ExtentScanner(ForwardInput input, Guid uuid, bool readData, ExtentFinder? finder)
{
    /// <summary>Whether there was any extent at all.</summary>
    public bool AnyExtent { get; private set; }

    /// <summary>
    /// Moves to the next extent. A fault comes with everything of the unit that is there: with <see cref="VmaFaultCode.DataCut"/> the
    /// unit can be used as far as it goes.
    /// </summary>
    public ScanResult Next(ExtentUnit unit, out VmaFault? fault)
    {
        while (true)
        {
            unit.Input = input;
            unit.Offset = input.Position;
            unit.Clear();
            int there = readData ? unit.TakeFrom(input) : 0;
            Span<byte> bytes = unit.Buffer.HeaderBytes;
            int read = there < HeaderLength ? there + input.Read(bytes[there..]) : HeaderLength;
            Span<byte> behind = unit.Buffer.Whole[HeaderLength..Math.Max(there, HeaderLength)];
            if (read == 0)
            {
                fault = null;
                return ScanResult.End;
            }

            fault = read < HeaderLength ? ExtentHeader.Cut(bytes[..read], unit.Offset) : ExtentHeader.Check(bytes, uuid, unit.Offset);
            if (fault is not null)
            {
                input.PutBack(behind);
                input.PutBack(bytes[..read]);
                return ScanResult.Fault;
            }

            AnyExtent = true;
            if (unit.Buffer.Header.HasClusters)
            {
                fault = ReadData(unit, behind.Length);
                return fault is null ? ScanResult.Data : ScanResult.Fault;
            }

            input.PutBack(behind);
            unit.Seal = SealPayload.ReadFrom(bytes);
            if (unit.Seal.Kind != SealKind.None)
            {
                return unit.Seal.Kind == SealKind.Seal ? ScanResult.StraySeal : ScanResult.EndMark;
            }
        }
    }

    private VmaFault? ReadData(ExtentUnit unit, int there)
    {
        int length = unit.Buffer.Header.DataLength;
        if (!readData)
        {
            unit.DataPresent = (int)input.Skip(length);
            Span<byte> next = unit.Buffer.Data[..HeaderLength];
            TakeSeal(unit, next[..input.Read(next)]);
            return unit.DataPresent == length ? null : DataCut(unit, length, "the archive ends");
        }

        if (TryLeave(unit, length))
        {
            return null;
        }

        // The 512 bytes behind the data are its seal, or are put back as the start of what comes next.
        Span<byte> data = unit.Buffer.Data[..(length + HeaderLength)];
        if (there > data.Length)
        {
            input.PutBack(unit.Buffer.Data[data.Length..there]);
            there = data.Length;
        }

        int read = there + input.Read(data[there..]);
        unit.DataPresent = Math.Min(read, length);
        Span<byte> behind = data[unit.DataPresent..read];
        bool asExpected = read == length || (read == data.Length && ExtentHeader.IsValid(behind, uuid));
        if (!asExpected && finder?.FindWithin(data[..read]) is { } next2)
        {
            unit.HasHole = true;
            unit.DataPresent = Math.Min(next2, length);
            behind = data[next2..read];
            if (behind.Length > HeaderLength)
            {
                input.PutBack(behind[HeaderLength..]);
                behind = behind[..HeaderLength];
            }

            TakeSeal(unit, behind);
            return unit.DataPresent == length ? null : DataCut(unit, length, "another extent begins");
        }

        TakeSeal(unit, behind);
        return unit.DataPresent == length ? null : DataCut(unit, length, "the archive ends");
    }

    /// <summary>
    /// Leaves the data where it is, to be read by whoever works on the unit, when the archive can be read at any place and goes on behind the data as
    /// it should. So several extents are read at once, in pieces that stay in the processor's cache.
    /// </summary>
    private bool TryLeave(ExtentUnit unit, int length)
    {
        long end = unit.DataOffset + length;
        if (input.File is not { } file || end > file.Length)
        {
            return false;
        }

        file.Expect(unit.DataOffset);
        Span<byte> behind = unit.Buffer.Data[..HeaderLength];
        behind = behind[..file.ReadUpTo(end, behind)];
        if (!behind.IsEmpty && !ExtentHeader.IsWholeAndValid(behind, uuid))
        {
            return false;
        }

        input.Skip(length + behind.Length);
        TakeSeal(unit, behind);
        unit.LeaveData(length);
        return true;
    }

    /// <summary>Takes the seal that stands behind a data extent; puts back what is none of its own.</summary>
    private void TakeSeal(ExtentUnit unit, ReadOnlySpan<byte> behind)
    {
        if (SealPayload.SealOf(Crc32C.Compute(unit.Buffer.HeaderBytes), behind, uuid) is { } seal)
        {
            unit.Seal = seal;
        }
        else
        {
            input.PutBack(behind);
        }
    }

    private static VmaFault DataCut(ExtentUnit unit, int length, string what) =>
        new(VmaFaultCode.DataCut, unit.DataOffset + unit.DataPresent, Line($"{what} inside the data of the extent at {unit.Offset}: {unit.DataPresent} of {length} bytes are there"));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
