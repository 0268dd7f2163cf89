// SPDX-License-Identifier: MIT

namespace Vma.Fuzz.Cost;

/// <summary>
/// A seekable file in memory that counts what is read. What is between its parts is a hole, as a sparse file has. Each read counts as some bytes more,
/// since it is a call to the system.
/// </summary>
internal sealed class CountedStream(params (long Offset, byte[] Bytes)[] parts) : Stream
{
    private const int BytesPerRead = 64;

    public long BytesRead { get; private set; }

    /// <summary>How many bytes are there, without the holes.</summary>
    public long Stored { get; } = parts.Sum(part => part.Bytes.LongLength);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = parts.Max(part => part.Offset + part.Bytes.Length);

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Clamp(Length - Position, 0, buffer.Length)];
        buffer.Clear();
        foreach ((long offset, byte[] bytes) in parts)
        {
            int skipped = (int)Math.Clamp(offset - Position, 0, buffer.Length), from = (int)Math.Clamp(Position - offset, 0, bytes.Length);
            int count = Math.Min(buffer.Length - skipped, bytes.Length - from);
            bytes.AsSpan(from, count).CopyTo(buffer[skipped..]);
        }

        Position += buffer.Length;
        BytesRead += buffer.Length + BytesPerRead;
        return buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
