// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Format;
using Vma.Reading;

namespace Vma.Salvage;

/// <summary>One pass over a damaged archive that writes every cluster which can be trusted.</summary>
internal sealed class SalvagePass
{
    private readonly DamagedArchive _archive;
    private readonly VmaSalvageOptions _options;
    private readonly Func<VmaDevice, IBlockTarget?> _openTarget;
    private readonly CancellationToken _cancellationToken;
    private readonly SalvagedDevice?[] _devices = new SalvagedDevice?[VmaLayout.DeviceSlots];
    private readonly ExtentFeed _feed;
    private readonly ZeroBlockCheck _zeroes;
    private long _inputBytes;
    private string _inputSha256 = string.Empty;

    public SalvagePass(DamagedArchive archive, VmaSalvageOptions options, Func<VmaDevice, IBlockTarget?> openTarget, CancellationToken cancellationToken)
    {
        archive.Input.BeginPass();
        (_archive, _options, _openTarget, _cancellationToken) = (archive, options, openTarget, cancellationToken);
        _zeroes = new ZeroBlockCheck(options.Strict, archive.Findings.Report);
        Func<byte, VmaDevice>? invent = archive.Header.Fault is null ? null : Invent;
        _feed = new ExtentFeed(archive.Input, archive.Header.Manifest, readData: true, goOn: true, archive.Findings.Report, invent);
    }

    private IEnumerable<SalvagedDevice> Devices => _devices.OfType<SalvagedDevice>();

    public void Run(IProgress<VmaProgress>? progress)
    {
        foreach (VmaDevice device in _archive.Header.Manifest.Devices)
        {
            Open(device);
        }

        RescueStream stream = _archive.Stream;
        long total = stream.CanSeek ? stream.Length : 0;
        // Two copies of one cluster, one damaged and kept, must not race for its place.
        new ExtentPump(_feed, Salvage, Report, _cancellationToken).Run(_options.KeepDamaged ? 1 : _options.Parallelism);
        foreach (SalvagedDevice device in Devices.Where(_ => _feed.IsSealed && !_options.KeepDamaged))
        {
            device.DropUnproven(_cancellationToken);
        }

        (_inputBytes, _inputSha256) = stream.Complete(_cancellationToken);

        void Report() => progress?.Report(new VmaProgress(stream.CanSeek ? stream.Position : _feed.Position, total, 0));
    }

    public VmaSalvageReport ToReport()
    {
        (IReadOnlyList<VmaFault> kept, long errors, long warnings) = _archive.Findings.Summary();
        return new VmaSalvageReport(
            _archive.Header.Manifest,
            _archive.Header.Fault is null,
            _feed.IsSealed,
            _feed.Position,
            errors,
            warnings,
            kept,
            [.. Devices.Select(device => device.ToReport(SizeOf(device.Device), _feed.IsSealed))])
        {
            InputBytes = _inputBytes,
            InputSha256 = _inputSha256,
        };
    }

    private long? SizeOf(VmaDevice device) => _options.Sizes.TryGetValue(device.Name, out long size) ? size : null;

    private VmaDevice Invent(byte id)
    {
        VmaDevice device = HeaderRescue.Invent(id);
        Open(device);
        return device;
    }

    private void Open(VmaDevice device)
    {
        if (_openTarget(device) is { } target)
        {
            _devices[device.Id] = new SalvagedDevice(device, _archive.Header.KnowsSizeOf(device), target);
        }
    }

    private void Salvage(DataExtent extent)
    {
        var writer = new ExtentWriter(extent, _cancellationToken);
        foreach (Slot slot in extent.Slots)
        {
            bool isRepeated = extent.Checked.IsRepeated(slot);
            if ((!extent.Checked.IsUsable(slot) && !isRepeated) || _devices[slot.Info.DeviceId] is not { } device)
            {
                continue;
            }

            uint cluster = slot.Info.Cluster;
            device.See(cluster);
            if (extent.FindTrusted(slot) is { } data)
            {
                if (device.Recover(cluster, proven: extent.IsSealed || slot.DataLength == 0))
                {
                    _zeroes.Check(extent, slot, _feed.Clusters.Find(slot.Info.DeviceId)!);
                    writer.Add(slot, data, device.LengthOf(cluster), device.Target);
                }

                continue;
            }

            // What is wrong with a repeated cluster, or with an extent as a whole, was told before.
            if (!isRepeated && !extent.IsIntact(slot))
            {
                _archive.Findings.Report(extent.DamageOf(slot, device.Device));
            }

            if (_options.KeepDamaged && extent.IsPresent(slot) && device.Keep(cluster))
            {
                writer.Add(slot, slot.DataOffset, device.LengthOf(cluster), device.Target);
            }
        }

        writer.Complete();
    }
}
