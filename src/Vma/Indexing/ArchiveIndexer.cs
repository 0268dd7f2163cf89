// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Input;
using Vma.Threads;

namespace Vma.Indexing;

/// <summary>
/// Makes the index by hopping from extent to extent, and reads no data. The walk is one thread's; the headers' MD5s are computed by several,
/// a batch at a time. Behind a fault the next extent is looked for, unless <paramref name="report"/> throws.
/// </summary>
internal sealed class ArchiveIndexer(
    RandomInput input, VmaManifest manifest, Action<VmaFault> report, VmaArchiveOptions options, IProgress<VmaProgress>? progress) : IDisposable
{
    private const int BatchLength = 512;
    private const int ShareOfThread = 32;

    private readonly WorkerGroup _checkers = new(options.Parallelism - 1, "vma index");
    private readonly HeaderWindow _window = new(input);
    private readonly ClusterChecks _clusters = new(manifest, report, invent: null);
    private readonly ArchiveIndex _index = new();
    private readonly FruitlessWork _work = new(input.IsDecoded);
    private readonly byte[] _headers = new byte[BatchLength * ExtentLayout.HeaderLength];
    private readonly long[] _offsets = new long[BatchLength];
    private int _batch;
    private long _last;
    private long _lastEnd = -1;
    private bool _ended;

    /// <summary>Whether the header promised seals, or anything that looks like one was seen.</summary>
    public bool IsSealed { get; private set; } = manifest.PromisesSeals;

    public ArchiveIndex Run(CancellationToken cancellationToken)
    {
        long at = manifest.HeaderLength;
        if (at >= input.Length && manifest.NeedsExtents)
        {
            report(new(VmaFaultCode.NoExtents, input.Length, "the archive ends right behind its header"));
        }

        while (at < input.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            at = FillBatch(at, out VmaFault? fault);
            if (CheckBatch() is { } earlier)
            {
                // The walk went on over a header that is not right, so where it came to says nothing.
                fault = earlier;
                at = _offsets[_batch];
            }

            TakeBatch();
            if (fault is not null && !IsPadding(at))
            {
                report(fault);
                at = FindNext(at, fault);
            }
            else if (fault is not null)
            {
                break;
            }

            progress?.Report(new VmaProgress(at, input.Length, 0));
            if (_work.IsTooMuch && at < input.Length)
            {
                report(FruitlessWork.Fault(at));
                break;
            }
        }

        _clusters.ReportMissing(input.Length);
        _index.Complete();
        return _index;
    }

    public void Dispose() => _checkers.Dispose();

    /// <summary>Gathers headers of data extents from a place on, as far as they look right; gives the place behind them.</summary>
    private long FillBatch(long at, out VmaFault? fault)
    {
        fault = null;
        for (_batch = 0; _batch < BatchLength && at < input.Length && fault is null && !_work.IsTooMuch;)
        {
            ReadOnlySpan<byte> bytes = Read(at, out fault);
            fault ??= ExtentHeader.CheckShape(bytes, manifest.Uuid, at);
            if (fault is not null)
            {
                break;
            }

            var header = new ExtentHeader(bytes);
            if (!header.HasClusters)
            {
                // An extent without clusters has nothing to check here: a seal is checked when its extent is read.
                SealKind kind = SealPayload.ReadFrom(bytes).Kind;
                IsSealed = IsSealed || kind != SealKind.None;
                _ended = _ended || kind == SealKind.EndMark;
                _work.AddHeader();
                fault = header.BlockCount == 0 ? null : ExtentHeader.Check(bytes, manifest.Uuid, at);
                at += fault is null ? ExtentLayout.HeaderLength : 0;
                continue;
            }

            bytes.CopyTo(_headers.AsSpan(_batch * ExtentLayout.HeaderLength));
            _offsets[_batch++] = at;
            at += ExtentLayout.HeaderLength + header.DataLength;
        }

        return at;
    }

    private ReadOnlySpan<byte> Read(long at, out VmaFault? fault)
    {
        fault = null;
        try
        {
            ReadOnlySpan<byte> bytes = _window.At(at);
            if (bytes.Length < ExtentLayout.HeaderLength)
            {
                fault = ExtentHeader.Cut(bytes, at);
            }

            return bytes;
        }
        catch (VmaException damage)
        {
            fault = damage.Fault;
            return default;
        }
    }

    /// <summary>Checks all of the batch; at a header that is wrong the batch ends.</summary>
    private VmaFault? CheckBatch()
    {
        int count = _batch;
        int workers = Math.Clamp(count / ShareOfThread, 1, options.Parallelism);
        var faults = new (int Index, VmaFault Fault)?[workers];
        for (int worker = 1; worker < workers; worker++)
        {
            int other = worker;
            _checkers.Add(() => Check(other));
        }

        Check(0);
        _checkers.WaitFor(0);

        foreach ((int index, VmaFault fault) in faults.OfType<(int Index, VmaFault Fault)>().Take(1))
        {
            _batch = index;
            return fault;
        }

        return null;

        void Check(int worker)
        {
            for (int i = count * worker / workers; i < count * (worker + 1) / workers; i++)
            {
                if (ExtentHeader.Check(HeaderOf(i), manifest.Uuid, _offsets[i]) is { } fault)
                {
                    faults[worker] = (i, fault);
                    return;
                }
            }
        }
    }

    private void TakeBatch()
    {
        for (int i = 0; i < _batch; i++)
        {
            ReadOnlySpan<byte> header = HeaderOf(i);
            long offset = _offsets[i];
            CheckedSlots slots = _clusters.Check(new ExtentHeader(header), offset);
            _index.Add(header, offset, slots);
            int dataLength = new ExtentHeader(header).DataLength;
            _work.AddExtent(dataLength, slots.Usable != 0);
            _last = offset;
            _lastEnd = offset + ExtentLayout.HeaderLength + dataLength;
            if (_lastEnd > input.Length)
            {
                report(Cut(offset, input.Length, "the archive ends"));
            }
        }

        if (_index.Memory > options.IndexBytes)
        {
            string message = $"the archive is so scattered that its index would take more than {options.IndexBytes} bytes";
            throw new VmaException(new VmaFault(VmaFaultCode.TooScattered, _offsets[Math.Max(0, _batch - 1)], message));
        }
    }

    /// <summary>
    /// Looks for the next extent behind a fault. When it begins inside the data of the extent before the fault, bytes were lost from there.
    /// </summary>
    private long FindNext(long at, VmaFault fault)
    {
        if (fault.Code == VmaFaultCode.CompressedData)
        {
            return Search(input.EndOfDamage(fault.Offset));
        }

        bool isBehindData = at == _lastEnd;
        long next = Search(isBehindData ? _last + ExtentLayout.HeaderLength : at);
        if (next < at)
        {
            _index.MarkCut(_last);
            report(Cut(_last, next, "another extent begins"));
        }
        else if (next - at > ExtentLayout.HeaderLength)
        {
            report(new(VmaFaultCode.BytesSkipped, at, $"{next - at} bytes are no extent and were passed over"));
        }

        return next;
    }

    /// <summary>Where from a place on the next extent begins, or the archive's end. What cannot be decoded is passed over.</summary>
    private long Search(long from)
    {
        while (from < input.Length)
        {
            try
            {
                if (ExtentHeader.IsWholeAndValid(_window.At(from), manifest.Uuid))
                {
                    return from;
                }

                using Stream stream = input.ToStream();
                var bytes = new ForwardInput(stream, isDecoded: input.IsDecoded);
                bytes.Skip(from);
                new ExtentFinder(bytes, manifest.Uuid, _work).SkipToNext(from);
                return bytes.IsAbandoned ? input.Length : bytes.Position;
            }
            catch (VmaException damage) when (damage.Fault.Code == VmaFaultCode.CompressedData)
            {
                report(damage.Fault);
                from = input.EndOfDamage(Math.Max(from, damage.Fault.Offset));
            }
        }

        return input.Length;
    }

    /// <summary>
    /// Whether only zeros follow a place, which is then told; also when there are more than are looked at of a plain archive, and no cluster lacks. A sealed
    /// one must have had its end mark: without it bytes were lost, and the zeros can be the rest of an extent.
    /// </summary>
    private bool IsPadding(long at)
    {
        ReadOnlySpan<byte> start = Read(at, out _);
        if ((IsSealed && !_ended) || start.IsEmpty || !ZeroBlocks.IsZero(start))
        {
            return false;
        }

        using Stream stream = input.ToStream();
        var bytes = new ForwardInput(stream, isDecoded: input.IsDecoded);
        bytes.Skip(at);
        try
        {
            ZeroesEnd end = ZeroPadding.Pass(bytes);
            _work.AddBytes(bytes.Position - at);
            bool isPadding = end == ZeroesEnd.AtEnd || (end == ZeroesEnd.TooMany && !input.IsDecoded && _clusters.IsComplete);
            if (isPadding)
            {
                report(ZeroPadding.Fault(at, bytes.Position - at, end));
            }

            return isPadding;
        }
        catch (VmaException damage) when (damage.Fault.Code == VmaFaultCode.CompressedData)
        {
            return false;
        }
    }

    private ReadOnlySpan<byte> HeaderOf(int index) => _headers.AsSpan(index * ExtentLayout.HeaderLength, ExtentLayout.HeaderLength);

    private static VmaFault Cut(long extent, long at, string what) =>
        new(VmaFaultCode.DataCut, at, $"{what} inside the data of the extent at {extent}");
}
