// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Runtime.InteropServices;
using Vma.Posix;

namespace Vma.Cli.Console;

/// <summary>
/// Writes to a descriptor that the process was given. A file stream would keep a position of its own where the descriptor is a file, and
/// the next command to write there would write over it; the console's stream would keep silent about a closed pipe.
/// </summary>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4; // EINTR
    private const int WouldBlock = 11; // EAGAIN
    private const int AtOnce = 4096; // PIPE_BUF: what a pipe that can be written to takes without waiting
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = LibC.Write(descriptor, buffer, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() is int error and not Interrupted)
            {
                WaitOrThrow(error);
            }
        }
    }

    /// <summary>Writes bytes as long as they are taken, or <paramref name="isLate"/> does not say that there was time enough; whether all were written.</summary>
    public bool TryWrite(ReadOnlySpan<byte> buffer, Func<bool> isLate)
    {
        while (!buffer.IsEmpty)
        {
            while (!Descriptors.WaitUntilWritable(descriptor, Interval))
            {
                if (isLate())
                {
                    return false;
                }
            }

            int length = Math.Min(AtOnce, buffer.Length);
            Write(buffer[..length]);
            buffer = buffer[length..];
        }

        return true;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // Another process that has the terminal or pipe open may have made it non-blocking.
    private void WaitOrThrow(int error)
    {
        if (error != WouldBlock)
        {
            throw new IOException(new Win32Exception(error).Message, error);
        }

        Descriptors.WaitUntilWritable(descriptor, Timeout.InfiniteTimeSpan);
    }
}
