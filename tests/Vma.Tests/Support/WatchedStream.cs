// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>A seekable file that counts what is read of it, and gives an I/O error wherever a read meets bad bytes.</summary>
internal sealed class WatchedStream(byte[] content, params (int Offset, int Length)[] bad) : Stream
{
    /// <summary>Bytes that were given.</summary>
    public long BytesRead { get; private set; }

    /// <summary>How often a read failed.</summary>
    public int Failures { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Clamp(content.Length - Position, 0, buffer.Length);
        if (bad.Any(range => range.Offset < Position + count && range.Offset + range.Length > Position))
        {
            Failures++;
            throw new IOException("Input/output error", 5);
        }

        content.AsSpan((int)Position, count).CopyTo(buffer);
        Position += count;
        BytesRead += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => content.Length };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
