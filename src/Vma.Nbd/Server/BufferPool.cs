// SPDX-License-Identifier: MIT

namespace Vma.Nbd.Server;

/// <summary>Buffers of one length that do not move, the last used first.</summary>
internal sealed class BufferPool(int length, int kept)
{
    private readonly Stack<byte[]> _free = new();

    public int Length { get; } = length;

    public byte[] Rent()
    {
        lock (_free)
        {
            if (_free.TryPop(out byte[]? buffer))
            {
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    }

    public void Return(byte[] buffer)
    {
        lock (_free)
        {
            if (_free.Count < kept)
            {
                _free.Push(buffer);
            }
        }
    }
}
