// SPDX-License-Identifier: MIT

using Vma.Format;

namespace Vma.Extents;

/// <summary>A used slot of an extent and where its stored blocks lie in the extent's data, in bytes.</summary>
internal readonly record struct Slot(int Index, BlockInfo Info, int DataOffset)
{
    public int DataLength => Info.StoredLength;

    /// <summary>The used slots of an extent, in order.</summary>
    public static Enumerator Of(ExtentHeader header) => new(header);

    public ref struct Enumerator(ExtentHeader header)
    {
        private readonly ExtentHeader _header = header;
        private int _index = -1;
        private int _nextData;

        public Slot Current { get; private set; }

        public readonly Enumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            while (++_index < ExtentLayout.Slots)
            {
                BlockInfo info = _header[_index];
                if (info.IsUsed)
                {
                    Current = new Slot(_index, info, _nextData);
                    _nextData += info.StoredLength;
                    return true;
                }
            }

            return false;
        }
    }
}
