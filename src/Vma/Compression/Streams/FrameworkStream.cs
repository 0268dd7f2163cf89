// SPDX-License-Identifier: MIT

using Vma.Input;
using Vma.Streams;

namespace Vma.Compression.Streams;

/// <summary>
/// gzip and bzip2, by decoders from elsewhere, with their faults located. They cannot go on behind damage, so there the archive ends.
/// </summary>
/// <param name="format">What it is compressed in.</param>
/// <param name="input">The compressed bytes.</param>
/// <param name="damage">Takes faults.</param>
/// <param name="open">Opens a decoder on a member that starts where the stream stands.</param>
internal sealed class FrameworkStream(CompressionFormat format, ForwardInput input, DamageLog damage, Func<Stream, Stream> open) : ForwardStream
{
    /// <summary>
    /// How many members may be empty, or nearly so. Each costs a decoder, of bzip2 4 MiB of memory and a millisecond, and can take 14 bytes. A program that
    /// compresses in parts makes them of at least 100,000 bytes; an archive that was split before may consist of much smaller ones.
    /// </summary>
    private const int MostEmptyMembers = 16;
    private const int MostSmallMembers = 256;
    private const int SmallestUsualMember = 512;

    private readonly CountedInput _input = new(input);
    private Stream? _member;
    private long _position;
    private bool _ended;
    private long _members;
    private long _memberStart;
    private int _emptyMembers;

    public override bool CanRead => true;

    public override int Read(Span<byte> buffer)
    {
        while (!_ended && !buffer.IsEmpty)
        {
            int read = ReadMember(buffer);
            if (read > 0)
            {
                _position += read;
                return read;
            }
        }

        return 0;
    }

    private int ReadMember(Span<byte> buffer)
    {
        try
        {
            _member ??= OpenMember();
            int read = _member.Read(buffer);
            if (read == 0)
            {
                // Several files compressed one by one and put together are one stream.
                _member = null;
                _emptyMembers += _position == _memberStart ? 1 : 0;
                _ended = _input.IsAtEnd() || EndsInZeroes();
            }

            return read;
        }
        catch (Exception failure) when (failure is not (IOException { InnerException: null, HResult: > 0 } or OperationCanceledException))
        {
            // Decoders meet damage with exceptions of any kind; those of the system that the stream is read from have its error number.
            _ended = true;
            string reason = failure is InvalidDataException ? "its data is cut or not valid" : failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
            damage.Report(Damaged.Fault(format, _position, _input.Consumed, reason));
            return 0;
        }
    }

    /// <summary>Whether only zeros are left, which are reported then.</summary>
    private bool EndsInZeroes()
    {
        if (_input.PassZeroes() is not { } padding)
        {
            return false;
        }

        damage.Report(padding with { Offset = _position });
        return true;
    }

    private Stream OpenMember()
    {
        _memberStart = _position;
        return _emptyMembers <= MostEmptyMembers && _members++ <= MostSmallMembers + (_position / SmallestUsualMember)
            ? open(_input)
            : throw new NotSupportedException("it consists of more members with little or no content than can be right");
    }

    /// <summary>Counts what is read, and stays open when a decoder closes it.</summary>
    private sealed class CountedInput(ForwardInput input) : ForwardStream
    {
        private const int BufferLength = 64 << 10;

        private readonly byte[] _buffer = new byte[BufferLength];
        private int _start;
        private int _end;

        public long Consumed { get; private set; }

        public bool IsAtEnd()
        {
            if (_start == _end)
            {
                // Full, so that where a decoder stops does not depend on how much a pipe delivers at once.
                (_start, _end) = (0, input.Read(_buffer));
            }

            return _end == 0;
        }

        /// <summary>Passes over zeros to the end; null when there is anything else.</summary>
        public VmaFault? PassZeroes()
        {
            if (_buffer[_start] != 0)
            {
                return null;
            }

            input.PutBack(_buffer.AsSpan(_start, _end - _start));
            _start = _end;
            return ZeroPadding.PassBehindStream(input);
        }

        public override bool CanRead => true;

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty || IsAtEnd())
            {
                return 0;
            }

            int length = Math.Min(buffer.Length, _end - _start);
            _buffer.AsSpan(_start, length).CopyTo(buffer);
            _start += length;
            Consumed += length;
            return length;
        }

        public override int ReadByte()
        {
            if (IsAtEnd())
            {
                return -1;
            }

            Consumed++;
            return _buffer[_start++];
        }
    }
}
