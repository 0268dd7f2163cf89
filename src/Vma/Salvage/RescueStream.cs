// SPDX-License-Identifier: MIT

namespace Vma.Salvage;

/// <summary>
/// Reads on where a disk gives errors: what cannot be read comes as zeros, and is told. Only a seekable stream can be read on.
/// </summary>
internal sealed class RescueStream(Stream stream, Action<long, int> onUnreadable) : Stream
{
    /// <summary>What is given up at once: the sector size of today's disks.</summary>
    private const int Sector = 4096;

    public override bool CanRead => true;

    public override bool CanSeek => stream.CanSeek;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position
    {
        get => stream.Position;
        set => stream.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        if (!stream.CanSeek)
        {
            return stream.Read(buffer);
        }

        long start = stream.Position;
        try
        {
            return stream.Read(buffer);
        }
        catch (IOException)
        {
            int part = (int)Math.Min(Math.Min(buffer.Length, Sector - start % Sector), stream.Length - start);
            return buffer.Length > part && part > 0 ? Read(start, buffer[..part]) : GiveUp(start, buffer[..Math.Max(part, 0)]);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

    public override void Flush() => stream.Flush();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        stream.Dispose();
        base.Dispose(disposing);
    }

    private int Read(long start, Span<byte> sector)
    {
        stream.Position = start;
        try
        {
            return stream.Read(sector);
        }
        catch (IOException)
        {
            return GiveUp(start, sector);
        }
    }

    private int GiveUp(long start, Span<byte> sector)
    {
        sector.Clear();
        stream.Position = start + sector.Length;
        onUnreadable(start, sector.Length);
        return sector.Length;
    }
}
