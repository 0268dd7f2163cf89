// SPDX-License-Identifier: MIT

using Vma.Input;

namespace Vma.Compression.Formats;

/// <summary>The spans of a stream as frames that can be held, so that several threads decode a frame that has only one start.</summary>
/// <param name="input">Stands at the archive's first byte.</param>
/// <param name="content">Takes the spans' bytes.</param>
/// <param name="table">Where they are.</param>
internal sealed class SpanScanner(ForwardInput input, FrameContent content, FrameTable table) : IFrameScanner
{
    private int _next;

    /// <summary>An archive with anything behind its frames gets no index.</summary>
    public VmaFault? Padding => null;

    public Scan? Next()
    {
        content.Cut(0);
        if (_next == table.Count)
        {
            return null;
        }

        Frame frame = table[_next++];
        long gap = frame.Offset - input.Position;
        Span<byte> bytes = content.Append(frame.Length);
        bool isThere = input.Skip(gap) == gap && input.Read(bytes) == bytes.Length;
        return isThere ? new Scan(frame) : new Scan(frame with { Length = 0 }, "the archive ends, though it was longer when it was indexed");
    }

    public void Dispose()
    {
    }
}
