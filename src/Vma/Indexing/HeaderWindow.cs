// SPDX-License-Identifier: MIT

using Vma.Format;
using Vma.Input;

namespace Vma.Indexing;

/// <summary>
/// Gives the 512 bytes at one place after the other. Where those stand close together much is read at once; where data lies between
/// them only they are, with the seal in front.
/// </summary>
internal sealed class HeaderWindow(RandomInput input)
{
    private const int Smallest = 2 * ExtentLayout.HeaderLength;
    private const int Largest = 256 << 10;

    private readonly byte[] _buffer = new byte[Largest];
    private long _start;
    private int _length;
    private int _next = Smallest;

    /// <summary>The bytes there, fewer than 512 at the archive's end. They hold until the next call.</summary>
    public ReadOnlySpan<byte> At(long offset)
    {
        int wanted = (int)Math.Min(ExtentLayout.HeaderLength, input.Length - offset);
        if (offset < _start || offset + wanted > _start + _length)
        {
            _next = offset == _start + _length ? Math.Min(_next * 4, Largest) : Smallest;
            int length = (int)Math.Min(_next, input.Length - offset);
            _length = 0;
            input.ReadHeader(offset, _buffer.AsSpan(0, length));
            (_start, _length) = (offset, length);
        }

        return _buffer.AsSpan((int)(offset - _start), wanted);
    }
}
