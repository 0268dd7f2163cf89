// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vma.Compression.Native;
using Vma.Input;

namespace Vma.Compression.Lzop;

/// <summary>What the header of an lzop file says of its blocks. All numbers in it are big-endian.</summary>
internal readonly record struct LzopHeader(uint Flags)
{
    private const uint AdlerOfPlain = 0x1;
    private const uint AdlerOfCompressed = 0x2;
    private const uint ExtraField = 0x40;
    private const uint CrcOfPlain = 0x100;
    private const uint CrcOfCompressed = 0x200;
    private const uint MultiPart = 0x400;
    private const uint Filter = 0x800;
    private const uint HeaderCrc = 0x1000;
    private const int LastMethod = 3; // LZO1X-1, LZO1X-1(15), LZO1X-999
    private const int OldestWithLevel = 0x0940;
    private const int OldestReadable = 0x0900;
    private const int NewestReadable = 0x1040;
    private const int MaxExtraField = 64 << 10;

    private static ReadOnlySpan<byte> Magic => [0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>What lzop writes when it is not told otherwise.</summary>
    public static LzopHeader Usual { get; } = new(AdlerOfPlain);

    public bool HasPlainAdler => (Flags & AdlerOfPlain) != 0;

    public bool HasPlainCrc => (Flags & CrcOfPlain) != 0;

    public bool HasCompressedAdler => (Flags & AdlerOfCompressed) != 0;

    public bool HasCompressedCrc => (Flags & CrcOfCompressed) != 0;

    public bool HasChecksum => HasPlainAdler || HasPlainCrc || HasCompressedAdler || HasCompressedCrc;

    /// <summary>The header that goes with <see cref="Usual"/>: no name, no time, so that equal archives are equal files.</summary>
    public static byte[] WriteUsual()
    {
        List<byte> fields =
        [
            0x10, 0x40, // written as version 1.04 does
            0x20, 0xa0, // with library 2.10
            0x09, 0x40, // readable from version 0.94 on
            1, // LZO1X-1
            3, // the level that lzop calls so
            0, 0, 0, (byte)AdlerOfPlain,
            0, 0, 0x81, 0xa4, // mode: a file of 0644
            0, 0, 0, 0, 0, 0, 0, 0, // time
            0, // length of the name
        ];
        var checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, LibLzo.Adler32([.. fields]));
        return [.. Magic, .. fields, .. checksum];
    }

    /// <summary>Reads a header; null with the reason when it is not one.</summary>
    public static LzopHeader? Read(ForwardInput input, out string? fault)
    {
        var bytes = new HeaderBytes(input);
        fault = "there is no lzop file where one should begin";
        if (!bytes.Take(Magic.Length).SequenceEqual(Magic))
        {
            bytes.PutBack();
            return null;
        }

        LzopHeader? header = ReadFields(bytes, out fault);
        if (header is null)
        {
            bytes.PutBack();
        }

        return header;
    }

    private static LzopHeader? ReadFields(HeaderBytes bytes, out string? fault)
    {
        uint version = bytes.Number(2);
        bytes.Number(2); // the library's version
        uint needed = version >= OldestWithLevel ? bytes.Number(2) : OldestReadable;
        uint method = bytes.Number(1);
        if (version >= OldestWithLevel)
        {
            bytes.Number(1); // level
        }

        uint flags = bytes.Number(4);
        if (needed > NewestReadable || version < OldestReadable || method is 0 or > LastMethod || (flags & (MultiPart | Filter)) != 0)
        {
            fault = $"lzop version {version:x}, method {method}, flags {flags:x} are not supported, or its header is damaged";
            return null;
        }

        bytes.Number(4); // mode
        bytes.Number(version >= OldestWithLevel ? 8 : 4); // time
        bytes.Take((int)bytes.Number(1)); // name
        fault = "the lzop header is cut, or does not match its checksum";
        if (!bytes.MatchesChecksum((flags & HeaderCrc) != 0))
        {
            return null;
        }

        if ((flags & ExtraField) != 0 && !SkipExtraField(bytes, flags))
        {
            return null;
        }

        fault = null;
        return new LzopHeader(flags);
    }

    private static bool SkipExtraField(HeaderBytes bytes, uint flags)
    {
        bytes.StartChecksum();
        uint length = bytes.Number(4);
        if (length > MaxExtraField)
        {
            return false;
        }

        bytes.Take((int)length);
        return bytes.MatchesChecksum((flags & HeaderCrc) != 0);
    }

    /// <summary>Takes fields from the input, and keeps them for the checksum and to be put back.</summary>
    private sealed class HeaderBytes(ForwardInput input)
    {
        private readonly List<byte> _taken = [];
        private int _checkedFrom = Magic.Length;
        private bool _isCut;

        public ReadOnlySpan<byte> Take(int length)
        {
            var bytes = new byte[length];
            int read = input.Read(bytes);
            _isCut |= read < length;
            _taken.AddRange(bytes.AsSpan(0, read));
            return bytes;
        }

        public uint Number(int length)
        {
            uint value = 0;
            foreach (byte digit in Take(length))
            {
                value = unchecked(value << 8 | digit);
            }

            return value;
        }

        public void StartChecksum() => _checkedFrom = _taken.Count;

        public bool MatchesChecksum(bool isCrc)
        {
            ReadOnlySpan<byte> fields = CollectionsMarshal.AsSpan(_taken)[_checkedFrom..];
            uint expected = isCrc ? LibLzo.Crc32(fields) : LibLzo.Adler32(fields);
            Span<byte> stored = stackalloc byte[4];
            Take(4).CopyTo(stored);
            return !_isCut && BinaryPrimitives.ReadUInt32BigEndian(stored) == expected;
        }

        public void PutBack() => input.PutBack([.. _taken]);
    }
}
