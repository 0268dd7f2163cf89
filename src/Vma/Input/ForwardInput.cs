// SPDX-License-Identifier: MIT

using Vma.Extents;
using Vma.Failures;

namespace Vma.Input;

/// <summary>An archive's bytes, forward, with the position by which faults are located. Bytes can be put back. Not thread-safe.</summary>
/// <param name="stream">Stands at the archive's first byte.</param>
/// <param name="damage">What could not be read of these bytes.</param>
/// <param name="isDecoded">Whether the stream is a decoder, which is closed with the input. Any other stream stays open.</param>
/// <param name="hints">What the decoder met that tells where extents are.</param>
internal sealed class ForwardInput(Stream stream, DamageLog? damage = null, bool isDecoded = false, IExtentHints? hints = null) : IDisposable
{
    /// <summary>
    /// Where headers claim one another as their data, the same bytes would be searched again and again. The search of so many times the bytes that were
    /// passed, and of 64 MiB more, keeps the time linear.
    /// </summary>
    private const int RepeatLimit = 8;
    private const int FreeRepeats = 64 << 20;

    private byte[] _putBack = [];
    private int _putBackAt;
    private long? _streamLength;
    private bool _passBegan;
    private long _searchedAgain;

    /// <summary>Offset in the archive of the next byte.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the bytes come out of a decoder, so that a short file can have any number of them.</summary>
    public bool IsDecoded => isDecoded;

    /// <summary>The same bytes at any place, where they are a file's.</summary>
    public SeekableInput? File { get; } = stream is FileStream { CanSeek: true } ? new SeekableInput(stream, stream.Position) : null;

    /// <summary>What tells where extents are, to be compared with them; null when there is no such thing.</summary>
    public IExtentHints? Hints => hints;

    /// <summary>The four bytes that were read from the stream last, the first one lowest. What was passed over does not count.</summary>
    public uint LastBytes { get; private set; }

    /// <summary>Whether <see cref="Abandon"/> was called.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Notes that a reader goes on behind the header now, which only one can.</summary>
    /// <exception cref="InvalidOperationException">Another reader did before.</exception>
    public void BeginPass()
    {
        InvalidOperationException.ThrowIf(_passBegan, "the archive was read already; open it again");

        _passBegan = true;
    }

    /// <summary>Reads no further: from here on the input is at its end.</summary>
    public void Abandon()
    {
        _putBackAt = _putBack.Length;
        IsAbandoned = true;
    }

    /// <summary>Fills the buffer as far as there are bytes, and tells how many there were.</summary>
    public int Read(Span<byte> buffer)
    {
        int done = Math.Min(buffer.Length, _putBack.Length - _putBackAt);
        if (done > 0)
        {
            _putBack.AsSpan(_putBackAt, done).CopyTo(buffer);
            _putBackAt += done;
        }

        if (!IsAbandoned)
        {
            int read = stream.ReadAtLeast(buffer[done..], buffer.Length - done, throwOnEndOfStream: false);
            foreach (byte last in buffer.Slice(done + Math.Max(0, read - sizeof(uint)), Math.Min(read, sizeof(uint))))
            {
                LastBytes = LastBytes >> 8 | (uint)last << 24;
            }

            done += read;
        }

        Position += done;
        return done;
    }

    /// <inheritdoc cref="IExtentLender.Exchange"/>
    public int Exchange(ref ExtentBuffer buffer)
    {
        bool isInPlace = _putBackAt == _putBack.Length && !IsAbandoned;
        int taken = isInPlace && stream is IExtentLender lender ? lender.Exchange(ref buffer) : 0;
        Position += taken;
        return taken;
    }

    /// <summary>Whether any byte of a range that was read came only as zeros, since it could not be read.</summary>
    public bool IsUnreadable(long start, int length) => damage is not null && damage.IsUnreadable(start, length);

    /// <summary>Whether bytes that were read may be searched for what begins inside them, and counts them when they may.</summary>
    public bool MaySearchAgain(int length)
    {
        if (_searchedAgain > RepeatLimit * Position + FreeRepeats)
        {
            return false;
        }

        _searchedAgain += length;
        return true;
    }

    /// <summary>Whether there is nothing more.</summary>
    public bool IsAtEnd()
    {
        Span<byte> next = stackalloc byte[1];
        int read = Read(next);
        PutBack(next[..read]);
        return read == 0;
    }

    /// <summary>Puts bytes back in front of what is to be read next.</summary>
    public void PutBack(ReadOnlySpan<byte> bytes)
    {
        int rest = _putBack.Length - _putBackAt;
        if (bytes.Length <= _putBackAt)
        {
            // The usual case: they still stand where they were read from, or there is room for them there.
            _putBackAt -= bytes.Length;
            bytes.CopyTo(_putBack.AsSpan(_putBackAt));
        }
        else
        {
            var joined = new byte[bytes.Length + rest];
            bytes.CopyTo(joined);
            _putBack.AsSpan(_putBackAt).CopyTo(joined.AsSpan(bytes.Length));
            (_putBack, _putBackAt) = (joined, 0);
        }

        Position -= bytes.Length;
    }

    /// <summary>Passes over bytes, without reading them where the stream can seek, and tells how many there were.</summary>
    public long Skip(long count)
    {
        long done = Math.Min(count, _putBack.Length - _putBackAt);
        _putBackAt += (int)done;
        Position += done;
        if (stream.CanSeek)
        {
            long there = Math.Clamp((_streamLength ??= stream.Length) - stream.Position, 0, count - done);
            stream.Seek(there, SeekOrigin.Current);
            Position += there;
            return done + there;
        }

        Span<byte> scratch = stackalloc byte[4096];
        while (done < count)
        {
            int read = Read(scratch[..(int)Math.Min(scratch.Length, count - done)]);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
    }

    public void Dispose()
    {
        if (isDecoded)
        {
            stream.Dispose();
        }
    }
}
