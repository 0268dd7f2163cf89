// SPDX-License-Identifier: MIT

using System.Numerics;
using Vma.Extents;

namespace Vma.Reading;

/// <summary>Writes clusters of one extent to their disks; ranges that lie together on both sides go in one write.</summary>
internal ref struct ExtentWriter(DataExtent extent, CancellationToken cancellationToken)
{
    private const int Zeroes = -1;

    private IBlockTarget? _target;
    private long _offset;
    private long _length;
    private int _data;

    /// <summary>The caller says that it asks for a slot's data next, which can displace data that is held back.</summary>
    public void MakeRoomFor(Slot slot)
    {
        if (!extent.IsLoaded(slot))
        {
            Complete();
        }
    }

    /// <summary>Adds the first <paramref name="length"/> bytes of a slot's cluster, whose stored blocks are at <paramref name="data"/>.</summary>
    public void Add(Slot slot, int data, int length, IBlockTarget target)
    {
        long start = (long)slot.Info.Cluster * VmaCluster.Size;
        int mask = slot.Info.Mask;
        for (int block = 0; block * VmaCluster.BlockSize < length;)
        {
            bool stored = (mask >> block & 1) != 0;
            int same = BitOperations.TrailingZeroCount(stored ? ~(mask >> block) : (mask >> block) | 1 << (VmaCluster.BlocksPerCluster - block));
            int from = block * VmaCluster.BlockSize;
            int count = Math.Min(same * VmaCluster.BlockSize, length - from);
            Add(target, start + from, count, stored ? data : Zeroes);
            data += stored ? same * VmaCluster.BlockSize : 0;
            block += same;
        }
    }

    /// <summary>Writes what is still held back.</summary>
    public void Complete()
    {
        if (_target is null || _length == 0)
        {
            return;
        }

        long length = _length;
        _length = 0;
        if (_data != Zeroes)
        {
            _target.WriteAt(_offset, extent.Data(_data, (int)length).Span, cancellationToken);
        }
        else if (!_target.ReadsAsZeroes)
        {
            _target.WriteZeroesAt(_offset, length, cancellationToken);
        }
    }

    private void Add(IBlockTarget target, long offset, int length, int data)
    {
        bool continues = ReferenceEquals(target, _target) && offset == _offset + _length
            && (data == Zeroes ? _data == Zeroes : _data != Zeroes && data == _data + _length);
        if (!continues)
        {
            Complete();
            _target = target;
            _offset = offset;
            _length = 0;
            _data = data;
        }

        _length += length;
    }
}
