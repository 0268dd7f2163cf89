// SPDX-License-Identifier: MIT

using System.Security.Cryptography;

namespace Vma.Salvage;

/// <summary>
/// Reads on where a disk gives errors: what cannot be read comes as zeros, and is told by its offset from where the stream stood at first. A stream that
/// cannot seek is read as it is.
/// </summary>
internal sealed class RescueStream(Stream stream, Action<long, int> onUnreadable) : Stream
{
    /// <summary>What is given up at once: the sector size of today's disks.</summary>
    private const int Sector = 4096;

    private readonly long _start = stream.CanSeek ? stream.Position : 0;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _carefulUntil;

    /// <summary>How far the bytes are in the hash: each is in it once, in order, also those that a reader passed over or came back to.</summary>
    private long _hashed = stream.CanSeek ? stream.Position : 0;

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
            int read = stream.Read(buffer);
            Hash(buffer[..read]);
            return read;
        }

        long start = stream.Position;
        if (start > _hashed)
        {
            HashUpTo(start);
        }

        int length = ReadOn(start, buffer);
        Hash(buffer[..length][(int)Math.Min(_hashed - start, length)..]);
        return length;
    }

    /// <summary>Reads what is left, and gives how many bytes there were in all and their SHA-256; what could not be read counts as zeros.</summary>
    public (long Bytes, string Sha256) Complete(CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 20];
        while (Read(buffer) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return (_hashed - _start, Convert.ToHexStringLower(_hash.GetCurrentHash()));
    }

    private void HashUpTo(long place)
    {
        var buffer = new byte[64 << 10];
        stream.Position = _hashed;
        while (_hashed < place && ReadOn(_hashed, buffer.AsSpan(0, (int)Math.Min(buffer.Length, place - _hashed))) is > 0 and var read)
        {
            Hash(buffer.AsSpan(0, read));
        }

        stream.Position = place;
    }

    private void Hash(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _hashed += bytes.Length;
    }

    private int ReadOn(long start, Span<byte> buffer)
    {
        if (start < _carefulUntil)
        {
            return ReadSector(start, buffer);
        }

        try
        {
            return stream.Read(buffer);
        }
        catch (IOException)
        {
            // A disk may take seconds for each read of a bad sector: from here on each sector is read alone, and once.
            _carefulUntil = start + buffer.Length;
            return ReadSector(start, buffer);
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
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private int ReadSector(long start, Span<byte> buffer)
    {
        int length = (int)Math.Clamp(stream.Length - start, 0, Math.Min(buffer.Length, Sector - start % Sector));
        Span<byte> sector = buffer[..length];
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
        onUnreadable(start - _start, sector.Length);
        return sector.Length;
    }
}
