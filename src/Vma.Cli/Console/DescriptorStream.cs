// SPDX-License-Identifier: MIT

using System.ComponentModel;
using System.Runtime.InteropServices;
using Vma.Posix;
using Vma.Streams;

namespace Vma.Cli.Console;

/// <summary>
/// Writes to a descriptor that the process was given. A file stream would keep a position of its own where the descriptor is a file, and
/// the next command to write there would write over it; the console's stream would keep silent about a closed pipe.
/// </summary>
internal sealed class DescriptorStream(int descriptor) : ForwardStream
{
    private const int AtOnce = 4096; // PIPE_BUF: what a pipe that can be written to takes without waiting
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = LibC.Write(descriptor, buffer, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() is int error and not LibC.Interrupted)
            {
                WaitOrThrow(error);
            }
        }
    }

    /// <summary>
    /// Writes bytes until all are taken, or <paramref name="isLate"/> says that there is no more time. Returns whether all were written.
    /// </summary>
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

    // Another process that has the terminal or pipe open may have made it non-blocking.
    private void WaitOrThrow(int error)
    {
        if (error != LibC.WouldBlock)
        {
            throw new IOException(new Win32Exception(error).Message, error);
        }

        Descriptors.WaitUntilWritable(descriptor, Timeout.InfiniteTimeSpan);
    }
}
