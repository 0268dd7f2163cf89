// SPDX-License-Identifier: MIT

namespace Vma.Testing;

/// <summary>A disk in memory with ranges that are known to be zeros, ranges that cannot be read, and gates to wait at.</summary>
public sealed class TestDisk : IBlockSource, IBlockTarget
{
    public const int Block = 4096;

    private readonly byte[] _data;
    private readonly bool[] _zero;

    public TestDisk(int length)
    {
        _data = new byte[length];
        _zero = new bool[(length + Block - 1) / Block];
        Array.Fill(_zero, true);
    }

    public long Length => _data.Length;

    public bool ReadsAsZeroes => true;

    public ReadOnlySpan<byte> Data => _data;

    public int Flushes { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Bytes that cannot be read or written.</summary>
    public Range Faulty { get; set; }

    /// <summary>Called before each read or write.</summary>
    public Action<long, int>? Before { get; set; }

    /// <summary>A disk of random data with random zero ranges.</summary>
    public static TestDisk Random(int length, int seed)
    {
        TestDisk disk = new(length);
        Random random = new(seed);
        for (int i = 0; i < disk._zero.Length; i++)
        {
            if (i > 0 && random.Next(4) > 0 ? !disk._zero[i - 1] : random.Next(2) == 0)
            {
                disk._zero[i] = false;
                random.NextBytes(disk._data.AsSpan(i * Block, Math.Min(Block, length - (i * Block))));
            }
        }

        return disk;
    }

    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default)
    {
        Before?.Invoke(offset, buffer.Length);
        Check(offset, buffer.Length, "read");
        _data.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
    }

    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default)
    {
        int first = (int)(offset / Block), end = first;
        while (end < _zero.Length && _zero[end] == _zero[first])
        {
            end++;
        }

        return new BlockStatus(Math.Min((long)end * Block, Length) - offset, _zero[first]);
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        Before?.Invoke(offset, data.Length);
        Check(offset, data.Length, "written");
        data.CopyTo(_data.AsSpan((int)offset));
        for (long block = offset / Block; block * Block < offset + data.Length; block++)
        {
            _zero[block] = false;
        }
    }

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default)
    {
        Check(offset, (int)length, "written");
        _data.AsSpan((int)offset, (int)length).Clear();
    }

    public void Flush(CancellationToken cancellationToken = default) => Flushes++;

    public void Dispose() => IsDisposed = true;

    private void Check(long offset, int length, string what)
    {
        (int start, int faulty) = Faulty.GetOffsetAndLength(_data.Length);
        if (faulty > 0 && offset < start + faulty && offset + length > start)
        {
            throw new IOException($"sector {start / 512} cannot be {what}");
        }
    }
}
