// SPDX-License-Identifier: MIT

namespace Vma.Indexing;

/// <summary>Reads a seekable stream at any place, from several threads at once.</summary>
internal sealed class PositionalInput(Stream stream, long start)
{
    private readonly Lock _gate = new();

    /// <summary>Fills the buffer from <paramref name="offset"/> on, counted from where the archive starts.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public void ReadAt(long offset, Span<byte> buffer)
    {
        if (stream is FileStream file)
        {
            while (!buffer.IsEmpty)
            {
                int read = RandomAccess.Read(file.SafeFileHandle, buffer, start + offset);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the archive ends at byte {offset}, though it was longer before");
                }

                offset += read;
                buffer = buffer[read..];
            }

            return;
        }

        lock (_gate)
        {
            stream.Seek(start + offset, SeekOrigin.Begin);
            stream.ReadExactly(buffer);
        }
    }
}
