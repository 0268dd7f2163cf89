// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vma.Failures;
using Vma.Posix;

namespace Vma.Disks;

/// <summary>Positioned I/O on one raw file or block device, with its holes and its cache mode.</summary>
internal sealed class RawFile(SafeFileHandle buffered, SafeFileHandle? direct, RawDiskCache cache, long length) : IDisposable
{
    private const int DirectAlignment = 4096;
    private static readonly byte[] Zeroes = new byte[256 << 10];

    private volatile bool _cannotPunch;
    private volatile bool _cannotZeroOut;
    private long _length = length;

    public long Length => Volatile.Read(ref _length);

    /// <summary>Opens a file that exists.</summary>
    public static RawFile Open(string path, FileAccess access, RawDiskCache cache) => Open(path, access, cache, isNew: false);

    /// <summary>Makes a file, which must not exist, for its owner's eyes only.</summary>
    public static RawFile Create(string path, RawDiskCache cache) => Open(path, FileAccess.ReadWrite, cache, isNew: true);

    private static RawFile Open(string path, FileAccess access, RawDiskCache cache, bool isNew)
    {
        bool isDirect = cache is RawDiskCache.None or RawDiskCache.DirectSync;
        FileOptions options = cache is RawDiskCache.WriteThrough or RawDiskCache.DirectSync ? FileOptions.WriteThrough : FileOptions.None;
        // Sharing everything keeps the framework from taking an advisory lock that other disk tools do not expect.
        SafeFileHandle opened = isNew ? PrivateFile.CreateHandle(path, options)
            : File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, options);
        return Attempt.Into(opened, file =>
        {
            long length = MeasureLength(file, path);
            return new RawFile(file, isDirect ? OpenDirect(path, access, options) : null, cache, length);
        });
    }

    public void SetLength(long newLength)
    {
        if (!Attempt.Quietly<ArgumentOutOfRangeException>(() => RandomAccess.SetLength(buffered, newLength)))
        {
            throw new IOException($"the file system takes no file of {newLength} bytes");
        }

        Volatile.Write(ref _length, newLength);
    }

    public void ReadAt(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = RandomAccess.Read(buffered, buffer, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"the disk ended at byte {offset}; it was {Length} bytes long when it was opened");
            }

            offset += read;
            buffer = buffer[read..];
        }
    }

    public BlockStatus StatusAt(long offset)
    {
        long rest = Length - offset;
        if (!OperatingSystem.IsLinux())
        {
            return new BlockStatus(rest, ReadsAsZeroes: false);
        }

        long data = LibC.Seek(buffered, offset, LibC.SeekData);
        if (data < 0)
        {
            // No data behind offset; any other error means that holes cannot be told here. A file that was cut since it was opened
            // has no data there either, but that is for ReadAt to tell.
            bool isHole = Marshal.GetLastPInvokeError() == LibC.NoSuchAddress && LibC.Seek(buffered, 0, LibC.SeekEnd) >= Length;
            return new BlockStatus(rest, ReadsAsZeroes: isHole);
        }

        if (data > offset)
        {
            return new BlockStatus(Math.Min(data - offset, rest), ReadsAsZeroes: true);
        }

        long hole = LibC.Seek(buffered, offset, LibC.SeekHole);
        return new BlockStatus(hole > offset ? Math.Min(hole - offset, rest) : rest, ReadsAsZeroes: false);
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> data)
    {
        if (direct is not null && offset % DirectAlignment == 0 && IsAligned(data))
        {
            int whole = data.Length / DirectAlignment * DirectAlignment;
            RandomAccess.Write(direct, data[..whole], offset);
            offset += whole;
            data = data[whole..];
        }

        if (!data.IsEmpty)
        {
            RandomAccess.Write(buffered, data, offset);
        }
    }

    public void WriteZeroesAt(long offset, long length)
    {
        if (length > 0 && OperatingSystem.IsLinux() && !_cannotPunch)
        {
            if (LibC.Allocate(buffered, LibC.PunchHole | LibC.KeepSize, offset, length) == 0)
            {
                return;
            }

            // A block device may refuse a range that is not made of its sectors; that says nothing of the next range.
            _cannotPunch = offset % DirectAlignment == 0 && length % DirectAlignment == 0;
        }

        // A block device that cannot discard a range can mostly zero it faster than zeros are sent to it.
        if (length > 0 && OperatingSystem.IsLinux() && !_cannotZeroOut)
        {
            if (LibC.DeviceControl(buffered, LibC.ZeroOut, [(ulong)offset, (ulong)length]) == 0)
            {
                return;
            }

            _cannotZeroOut = offset % DirectAlignment == 0 && length % DirectAlignment == 0;
        }

        while (length > 0)
        {
            int part = (int)Math.Min(length, Zeroes.Length);
            RandomAccess.Write(buffered, Zeroes.AsSpan(0, part), offset);
            (offset, length) = (offset + part, length - part);
        }
    }

    public void Flush()
    {
        if (cache != RawDiskCache.Unsafe)
        {
            RandomAccess.FlushToDisk(buffered);
        }
    }

    public void Dispose()
    {
        direct?.Dispose();
        buffered.Dispose();
    }

    private static long MeasureLength(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return RandomAccess.GetLength(file);
        }

        // Unlike a file's attributes, seeking to the end also tells the size of a block device.
        long length = LibC.Seek(file, 0, LibC.SeekEnd);
        return length >= 0 ? length : throw new IOException($"'{path}' is neither a file nor a block device");
    }

    private static SafeFileHandle? OpenDirect(string path, FileAccess access, FileOptions options)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, options);
        if (OperatingSystem.IsLinux() && LibC.Control(file, LibC.SetFlags, LibC.Control(file, LibC.GetFlags, 0) | LibC.DirectFlag) == 0)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    private static unsafe bool IsAligned(ReadOnlySpan<byte> data) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(data)) % DirectAlignment == 0;
}
