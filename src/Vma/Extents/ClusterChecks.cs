// SPDX-License-Identifier: MIT

using System.Numerics;
using Vma.Format;

namespace Vma.Extents;

/// <summary>Checks each slot of an extent against the devices: that its cluster may be there, and was not there before.</summary>
internal sealed class ClusterChecks
{
    /// <summary>
    /// What all ledgers together may take. An honest archive needs 2 MiB per TiB of disk that is half there at one moment.
    /// </summary>
    private const long LedgerBytes = 128L << 20;

    private readonly SeenDevice?[] _devices = new SeenDevice?[VmaLayout.DeviceSlots];
    private readonly Action<VmaFault> _report;
    private readonly Func<byte, VmaDevice>? _invent;
    private long _partialPages;

    /// <param name="manifest">The devices that there are.</param>
    /// <param name="report">Takes each fault.</param>
    /// <param name="invent">Makes a device for an id that is not in the manifest; null when the manifest is all there is.</param>
    public ClusterChecks(VmaManifest manifest, Action<VmaFault> report, Func<byte, VmaDevice>? invent)
    {
        _report = report;
        _invent = invent;
        foreach (VmaDevice device in manifest.Devices)
        {
            _devices[device.Id] = new SeenDevice(device, sizeIsKnown: invent is null && device.DeclaredSize <= VmaLayout.MaxDeviceSize);
        }
    }

    /// <summary>The devices whose clusters are asked for; all of them as long as nothing was selected.</summary>
    public IEnumerable<SeenDevice> SelectedDevices => _devices.OfType<SeenDevice>().Where(device => device.IsSelected);

    /// <summary>Whether each cluster came that was asked for.</summary>
    public bool IsComplete => _invent is null && SelectedDevices.All(device => device.IsMemoryState || (device.SizeIsKnown && device.Ledger.IsComplete));

    public void Select(Func<VmaDevice, bool> isSelected)
    {
        foreach (SeenDevice device in _devices.OfType<SeenDevice>())
        {
            device.IsSelected = isSelected(device.Device);
        }
    }

    public SeenDevice? Find(byte id) => _devices[id];

    /// <summary>Checks the slots of the extent at <paramref name="offset"/>, and reports what is wrong with them.</summary>
    public CheckedSlots Check(ExtentHeader header, long offset)
    {
        ulong usable = 0, repeated = 0;
        foreach (Slot slot in Slot.Of(header))
        {
            if (IsUsable(offset, slot, ref repeated))
            {
                usable |= 1UL << slot.Index;
            }
        }

        return new CheckedSlots(usable, repeated);
    }

    /// <summary>Reports the clusters of selected disks that never came.</summary>
    public void ReportMissing(long archiveEnd)
    {
        foreach (SeenDevice device in SelectedDevices.Where(device => device.SizeIsKnown && !device.IsMemoryState && !device.Ledger.IsComplete))
        {
            foreach ((long first, long count) in device.Ledger.Missing())
            {
                string message = count == 1 ? "the cluster never came" : "the clusters never came";
                _report(new VmaFault(VmaFaultCode.MissingClusters, archiveEnd, message).At(device.Device, first, count));
            }
        }
    }

    private bool IsUsable(long extentOffset, Slot slot, ref ulong repeated)
    {
        long at = extentOffset + ExtentLayout.SlotsOffset + slot.Index * ExtentLayout.SlotLength;
        SeenDevice? seen = _devices[slot.Info.DeviceId];
        if (seen is null && _invent is not null)
        {
            _devices[slot.Info.DeviceId] = seen = new SeenDevice(_invent(slot.Info.DeviceId), sizeIsKnown: false);
        }

        if (seen is null)
        {
            _report(new(VmaFaultCode.UnknownDevice, at, "the header has no such device")
            {
                DeviceId = slot.Info.DeviceId,
                Cluster = slot.Info.Cluster,
                DiskLength = VmaCluster.Size,
            });
            return false;
        }

        VmaDevice device = seen.Device;
        uint cluster = slot.Info.Cluster;
        bool isInOrder = !seen.IsMemoryState || cluster == seen.NextInOrder;
        if (seen.IsMemoryState)
        {
            if (!isInOrder)
            {
                Report(VmaFaultCode.MemoryStateOrder, $"the RAM state's next cluster should be {seen.NextInOrder}");
            }
        }
        else if (seen.SizeIsKnown && cluster >= seen.ClusterCount)
        {
            Report(VmaFaultCode.ClusterPastEnd, $"the cluster lies past the end of the disk, which has {device.ClusterCount}");
            return false;
        }
        else if (seen.SizeIsKnown && cluster == seen.ClusterCount - 1 && !CheckBlocks(device, slot, at))
        {
            return false;
        }

        if (_partialPages * ClusterLedger.PageCost > LedgerBytes)
        {
            Report(VmaFaultCode.TooScattered, "clusters lie scattered over more disk space than is kept track of");
            return false;
        }

        _partialPages -= seen.Ledger.PartialPages;
        bool isNew = seen.Ledger.Mark(cluster);
        _partialPages += seen.Ledger.PartialPages;
        if (!isNew)
        {
            repeated |= 1UL << slot.Index;
            if (isInOrder)
            {
                Report(VmaFaultCode.DuplicateCluster, "the cluster was there before");
            }

            return false;
        }

        seen.Count(slot.Info);
        return true;

        void Report(VmaFaultCode code, string message) => _report(new VmaFault(code, at, message).At(device, cluster));
    }

    private bool CheckBlocks(VmaDevice device, Slot slot, long at)
    {
        int blocksOnDisk = (device.LengthOf(slot.Info.Cluster) + VmaCluster.BlockSize - 1) / VmaCluster.BlockSize;
        int lastStored = 15 - BitOperations.LeadingZeroCount((uint)slot.Info.Mask << 16);
        if (lastStored < blocksOnDisk)
        {
            return true;
        }

        if (slot.Info.Mask == BlockInfo.FullMask)
        {
            Report(VmaFaultCode.BlocksBehindEnd, "all 16 blocks are stored though the disk ends before; what is behind its end is cut off");
            return true;
        }

        Report(VmaFaultCode.BlockPastEnd, $"block {lastStored} is stored, but lies past the end of the disk");
        return false;

        void Report(VmaFaultCode code, string message) => _report(new VmaFault(code, at, message).At(device, slot.Info.Cluster));
    }
}
