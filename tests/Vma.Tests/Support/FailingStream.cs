// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>An output that is full after some bytes.</summary>
internal sealed class FailingStream(long room) : MemoryStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Position + buffer.Length > room)
        {
            throw new IOException("no space left");
        }

        base.Write(buffer);
    }
}
