// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;

namespace Vma.Indexing;

/// <summary>Reads a seekable stream at any place, from several threads at once. The stream stays open.</summary>
/// <param name="stream">The stream.</param>
/// <param name="start">Where in it the archive starts.</param>
internal sealed class PositionalInput(Stream stream, long start) : PlainInput
{
    private readonly Lock _gate = new();

    // Asking a FileStream for its handle is a call to the system each time.
    private readonly SafeFileHandle? _file = (stream as FileStream)?.SafeFileHandle;

    public override long Length { get; } = Math.Max(0, stream.Length - start);

    public override void ReadAt(long offset, Span<byte> buffer)
    {
        if (_file is not null)
        {
            while (!buffer.IsEmpty)
            {
                int read = RandomAccess.Read(_file, buffer, start + offset);
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
