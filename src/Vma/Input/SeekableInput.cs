// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;

namespace Vma.Input;

/// <summary>Reads a seekable stream at any place, from several threads at once. The stream stays open.</summary>
/// <param name="stream">The stream.</param>
/// <param name="start">Where in it the archive starts.</param>
internal sealed class SeekableInput(Stream stream, long start) : RandomInput
{
    private readonly Lock _gate = new();

    // Asking a FileStream for its handle is a call to the system each time.
    private readonly SafeFileHandle? _file = (stream as FileStream)?.SafeFileHandle;
    private ReadAhead? _readAhead;

    public override long Length { get; } = Math.Max(0, stream.Length - start);

    public override void ReadAt(long offset, Span<byte> buffer)
    {
        int read = ReadUpTo(offset, buffer);
        if (read < buffer.Length)
        {
            throw new EndOfStreamException($"the archive ends at byte {offset + read}, though it was longer before");
        }
    }

    /// <summary>Fills the buffer from a place on as far as there are bytes, and tells how many there were.</summary>
    public int ReadUpTo(long offset, Span<byte> buffer)
    {
        if (_file is null)
        {
            lock (_gate)
            {
                stream.Seek(start + offset, SeekOrigin.Begin);
                return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            }
        }

        int done = 0;
        int read = -1;
        while (read != 0 && done < buffer.Length)
        {
            read = RandomAccess.Read(_file, buffer[done..], start + offset + done);
            done += read;
        }

        return done;
    }

    /// <summary>Notes that a file's bytes from a place on will be read soon. Not thread-safe.</summary>
    public void Expect(long offset)
    {
        if (_file is not null)
        {
            (_readAhead ??= new ReadAhead(_file)).Expect(start + offset);
        }
    }
}
