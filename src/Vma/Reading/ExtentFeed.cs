// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Input;

namespace Vma.Reading;

/// <summary>
/// Data extents one after the other, with everything checked that needs their order. It ends at a fault when the report of the fault throws, and else
/// goes on at the next extent. Not thread-safe.
/// </summary>
internal sealed class ExtentFeed
{
    private readonly ForwardInput _input;
    private readonly ExtentScanner _scanner;
    private readonly ExtentFinder? _finder;
    private readonly SealChain _seals;
    private readonly Action<VmaFault> _report;
    private readonly FruitlessWork _work;
    private readonly bool _needsExtents;
    private bool _ended;

    /// <param name="input">Stands where the first extent begins.</param>
    /// <param name="manifest">What the header says.</param>
    /// <param name="readData">Whether data is read, or passed over.</param>
    /// <param name="goOn">Whether reports may return, so that the next extent is looked for behind a fault.</param>
    /// <param name="report">Takes each fault.</param>
    /// <param name="invent">Makes devices that the manifest lacks; see <see cref="ClusterChecks"/>.</param>
    public ExtentFeed(ForwardInput input, VmaManifest manifest, bool readData, bool goOn, Action<VmaFault> report, Func<byte, VmaDevice>? invent = null)
    {
        _input = input;
        _report = report;
        _work = new FruitlessWork(input.IsDecoded);
        _finder = goOn ? new ExtentFinder(input, manifest.Uuid, _work) : null;
        _scanner = new ExtentScanner(input, manifest.Uuid, readData, _finder, _work);
        _seals = new SealChain(manifest.PromisesSeals, report);
        Clusters = new ClusterChecks(manifest, report, invent);
        _needsExtents = manifest.NeedsExtents || invent is not null;
    }

    public ClusterChecks Clusters { get; }

    /// <summary>Is told of each data extent, when its slots were checked.</summary>
    public IExtentListener? Listener { get; init; }

    public bool IsSealed => _seals.IsSealed;

    /// <summary>Whether each extent so far that stores data had a seal.</summary>
    public bool AllSealed => _seals.IsSealed && !_seals.AnyUnsealed;

    public long Position => _input.Position;

    /// <summary>Moves to the next data extent; null at the archive's end, after what is missing was reported.</summary>
    /// <param name="buffer">Holds the extent then; it may be exchanged for another one.</param>
    public DataExtent? Next(ref ExtentBuffer buffer)
    {
        while (!_ended)
        {
            ScannedExtent scanned = _scanner.Next(ref buffer);
            switch (scanned.Kind)
            {
                case ScanKind.Data:
                    return Check(scanned, buffer);
                case ScanKind.Fault:
                    _report(scanned.Fault!);
                    _input.Hints?.OnLoss();
                    SkipFault(scanned.Offset);
                    break;
                case ScanKind.Zeroes:
                    PassZeroes(scanned);
                    break;
                case ScanKind.TooMuch:
                    _report(scanned.Fault!);
                    _input.Hints?.OnLoss();
                    break;
                case ScanKind.StraySeal:
                    _seals.OnStraySeal(scanned.Offset);
                    break;
                case ScanKind.EndMark:
                    _seals.OnEndMark(scanned.Offset, scanned.Seal);
                    break;
                default:
                    End();
                    break;
            }
        }

        return null;
    }

    private DataExtent Check(ScannedExtent scanned, ExtentBuffer buffer)
    {
        if (scanned.Fault is { } cut)
        {
            _report(cut);
        }

        _input.Hints?.OnExtent(scanned.Offset, buffer.Header);
        _seals.OnExtent(scanned, buffer.HeaderBytes);
        CheckedSlots slots = Clusters.Check(buffer.Header, scanned.Offset);
        _work.AddExtent(buffer.Header.DataLength, slots.Usable != 0);
        if (_work.IsTooMuch && !_input.IsAbandoned)
        {
            _input.Abandon();
            _report(FruitlessWork.Fault(scanned.Offset));
        }

        Listener?.OnExtent(scanned.Offset, buffer.HeaderBytes, slots, scanned.HasHole);
        return new DataExtent(scanned, buffer, _input, slots, _seals.IsSealed);
    }

    /// <summary>Zeros to the end are padding. So are more than are looked at of a plain archive, when all that could be of use was there.</summary>
    private void PassZeroes(ScannedExtent scanned)
    {
        ZeroesEnd end = ZeroPadding.Pass(_input);
        long length = _input.Position - scanned.Offset;
        _work.AddBytes(length);
        if (end == ZeroesEnd.AtEnd || (end == ZeroesEnd.TooMany && !_input.IsDecoded && Clusters.IsComplete && _seals.IsComplete))
        {
            if (end == ZeroesEnd.TooMany)
            {
                _input.Abandon();
            }

            _report(ZeroPadding.Fault(scanned.Offset, length, end));
        }
        else
        {
            _report(scanned.Fault!);
            SkipFault(scanned.Offset);
        }
    }

    private void SkipFault(long start)
    {
        VmaFault skipped = _finder!.SkipToNext(start);
        // A damaged header is told already; only what goes beyond its 512 bytes is news.
        if (_input.Position - skipped.Offset > ExtentLayout.HeaderLength)
        {
            _report(skipped);
        }
    }

    private void End()
    {
        _ended = true;
        if (!_scanner.AnyExtent && _needsExtents)
        {
            _report(new(VmaFaultCode.NoExtents, _input.Position, "the archive ends right behind its header"));
        }

        _seals.OnEnd(_input.Position);
        Clusters.ReportMissing(_input.Position);
    }
}
