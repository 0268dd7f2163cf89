// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests.Ovf;

/// <summary>
/// A tar file on its way to the framework's reader, which takes memory for a long name or for attributes as their header claims. Each header passes here
/// first, in a read of its own. What looks like one and claims too much ends the reading.
/// </summary>
internal sealed class TarHeaderGate(Stream stream) : Stream
{
    /// <summary>Names and attributes of a file in an OVA have some hundred bytes.</summary>
    private const int MostAttributes = 1 << 20;

    private const int HeaderLength = 512, SizeOffset = 124, SizeLength = 12, TypeOffset = 156;
    private const byte IsBinary = 0x80;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position { get => stream.Position; set => stream.Position = value; }

    public override int Read(Span<byte> buffer)
    {
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read == HeaderLength && "xgLK"u8.Contains(buffer[TypeOffset]) && ClaimsTooMuch(buffer.Slice(SizeOffset, SizeLength)))
        {
            throw new OvfException($"a name or an attribute of a file in it claims to have more than {MostAttributes:N0} bytes");
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    /// <summary>The size is octal digits, or binary where it is long.</summary>
    private static bool ClaimsTooMuch(ReadOnlySpan<byte> size)
    {
        if ((size[0] & IsBinary) != 0)
        {
            return true;
        }

        long claimed = 0;
        foreach (byte digit in size)
        {
            claimed = digit is >= (byte)'0' and <= (byte)'9' ? (claimed * 8) + (digit - '0') : claimed;
        }

        return claimed > MostAttributes;
    }
}
