// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Indexing.Stored;
using Vma.Input;

namespace Vma.Passes;

/// <summary>The plain bytes of an archive forward, by its index when it has one; else what a pass comes upon becomes its index.</summary>
internal sealed class IndexedReading : IDisposable
{
    private readonly StoredIndex? _stored;
    private readonly Action? _discard;

    /// <param name="archive">Stands at the archive's first byte.</param>
    /// <param name="options">Where indexes are kept, and how much memory a frame's window may take.</param>
    /// <param name="damage">Takes what cannot be read.</param>
    public IndexedReading(Stream archive, VmaReaderOptions options, DamageLog damage)
    {
        if (options.IndexDirectory is { } directory && archive is FileStream { CanSeek: true } file && StockOpener.CanOpen(file, file.Position))
        {
            var folder = new IndexFolder(directory);
            var input = new SeekableInput(file, file.Position);
            _stored = folder.TryOpen(file, input);
            if (_stored is not null && !_stored.Spans.AreWhole())
            {
                // In the middle of a pass it would be too late for another one.
                _stored.Dispose();
                _stored = null;
                folder.Discard(file, input);
            }

            if (_stored is not null)
            {
                _discard = () => folder.Discard(file, input);
                Input = Decompression.OpenSpans(archive, damage, _stored.Spans.Table, _stored.Spans);
                return;
            }

            Maker = new IndexMaker(folder, file, input, options.DecoderMemory);
        }

        Input = Decompression.Open(archive, damage, options.DecoderMemory, Maker);
    }

    public ForwardInput Input { get; }

    /// <summary>Makes the index of this pass; null when there is one, or none is wanted.</summary>
    public IndexMaker? Maker { get; }

    public void Dispose()
    {
        Input.Dispose();
        Maker?.Dispose();
        if (_stored is { Spans.IsWrong: true })
        {
            _discard!();
        }

        _stored?.Dispose();
    }
}
