// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Vma.Format;
using static Vma.Format.ExtentLayout;

namespace Vma.Extents;

/// <summary>
/// Memory for one extent with its seal, laid out as in the archive so that one call reads or writes it: header, data, seal. The data
/// starts on a page, as direct I/O wants it. Not thread-safe; one owner at a time.
/// </summary>
internal sealed class ExtentBuffer
{
    private const int Page = 4096;
    private const int DataAt = Page;
    private const int HeaderAt = DataAt - HeaderLength;

    /// <summary>An extent of 59 full clusters with its seal, in bytes.</summary>
    public const int WholeLength = HeaderLength + MaxDataLength + HeaderLength;

    private const int Length = DataAt + MaxDataLength + HeaderLength;

    private readonly byte[] _array;
    private readonly int _start;

    public ExtentBuffer()
    {
        _array = GC.AllocateUninitializedArray<byte>(Length + Page, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)((Page - address % Page) % Page);
    }

    public Span<byte> HeaderBytes => _array.AsSpan(_start + HeaderAt, HeaderLength);

    public ExtentHeader Header => new(HeaderBytes);

    /// <summary>Room for the data of 59 full clusters, and for the 512 bytes behind them.</summary>
    public Span<byte> Data => _array.AsSpan(_start + DataAt, MaxDataLength + HeaderLength);

    /// <summary>Header and <paramref name="dataLength"/> bytes behind it, as they go into the archive.</summary>
    public ReadOnlySpan<byte> Archived(int dataLength) => _array.AsSpan(_start + HeaderAt, HeaderLength + dataLength);

    /// <summary>Header, data and what is behind them, in one.</summary>
    public Span<byte> Whole => _array.AsSpan(_start + HeaderAt, WholeLength);

    public ReadOnlyMemory<byte> DataMemory(int offset, int length) => _array.AsMemory(_start + DataAt + offset, length);
}
