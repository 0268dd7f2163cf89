// SPDX-License-Identifier: MIT

using System.Numerics;
using Vma.Extents;
using Vma.Format;

namespace Vma.Reading;

/// <summary>Writes the clusters of an extent to their disks, stretches that belong together in one piece.</summary>
internal sealed class Restorer(
    IReadOnlyDictionary<VmaDevice, IBlockTarget> targets, ClusterChecks tallies, bool verifyData, Findings findings, CancellationToken cancellationToken)
{
    private readonly IBlockTarget?[] _targets = MapById(targets);

    public void Restore(ExtentUnit unit)
    {
        var run = new WriteRun(unit, cancellationToken);
        foreach (Slot slot in Slot.Of(unit.Buffer.Header))
        {
            if (!unit.IsUsable(slot) || _targets[slot.Info.DeviceId] is not { } target)
            {
                continue;
            }

            DeviceTally tally = tallies.TallyOf(slot.Info.DeviceId)!;
            if (verifyData && !unit.IsIntact(slot))
            {
                tally.CountDamaged();
                findings.Report(DataChecker.FaultOf(unit, slot, tally.Device));
                continue;
            }

            AddBlocks(ref run, slot, tally.Device, target);
        }

        run.Write();
    }

    private static void AddBlocks(ref WriteRun run, Slot slot, VmaDevice device, IBlockTarget target)
    {
        long start = (long)slot.Info.Cluster * VmaLayout.ClusterSize;
        int length = device.IsMemoryState ? VmaLayout.ClusterSize : device.LengthOf(slot.Info.Cluster);
        int data = slot.DataOffset;
        int mask = slot.Info.Mask;
        for (int block = 0; block * VmaLayout.BlockSize < length;)
        {
            bool stored = (mask >> block & 1) != 0;
            int same = BitOperations.TrailingZeroCount(stored ? ~(mask >> block) : (mask >> block) | 1 << (VmaLayout.BlocksPerCluster - block));
            int from = block * VmaLayout.BlockSize;
            int count = Math.Min(same * VmaLayout.BlockSize, length - from);
            run.Add(target, start + from, count, stored ? data : WriteRun.Zeroes);
            data += stored ? same * VmaLayout.BlockSize : 0;
            block += same;
        }
    }

    private static IBlockTarget?[] MapById(IReadOnlyDictionary<VmaDevice, IBlockTarget> targets)
    {
        var map = new IBlockTarget?[VmaLayout.DeviceSlots];
        foreach ((VmaDevice device, IBlockTarget target) in targets)
        {
            map[device.Id] = target;
        }

        return map;
    }

    /// <summary>A stretch of one disk that is either in one piece of the extent's data, or zeros.</summary>
    private ref struct WriteRun(ExtentUnit unit, CancellationToken cancellationToken)
    {
        public const int Zeroes = -1;

        private IBlockTarget? _target;
        private long _offset;
        private long _length;
        private int _data;

        public void Add(IBlockTarget target, long offset, int length, int data)
        {
            bool continues = ReferenceEquals(target, _target) && offset == _offset + _length
                && (data == Zeroes ? _data == Zeroes : _data != Zeroes && data == _data + _length);
            if (!continues)
            {
                Write();
                (_target, _offset, _length, _data) = (target, offset, 0, data);
            }

            _length += length;
        }

        public readonly void Write()
        {
            if (_target is null || _length == 0)
            {
                return;
            }

            if (_data != Zeroes)
            {
                _target.WriteAt(_offset, unit.Buffer.Data.Slice(_data, (int)_length), cancellationToken);
            }
            else if (!_target.ReadsAsZeroes)
            {
                _target.WriteZeroesAt(_offset, _length, cancellationToken);
            }
        }
    }
}
