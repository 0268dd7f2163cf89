// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Compression.Zstd.Spans;
using Vma.Extents;
using Vma.Format;
using Vma.Indexing;
using Vma.Indexing.Cache;
using Vma.Indexing.Stored;
using Vma.Input;

namespace Vma.Passes;

/// <summary>
/// Opens an archive of long zstd frames: by the index that an earlier pass has left, else by a pass of its own, which goes on while the archive is read.
/// </summary>
internal sealed class StockOpener(Stream stream, long start, VmaArchiveOptions options, IProgress<VmaProgress>? progress) : IArchiveOpener
{
    private readonly SeekableInput _file = new(stream, start);
    private readonly IndexFolder _folder = new(options.IndexDirectory);
    private readonly Findings _findings = new([], onFinding: null);
    private StoredIndex? _stored;
    private IndexPass? _pass;
    private VmaManifest? _manifest;

    public VmaManifest Manifest => _manifest!;

    public IReadOnlyList<VmaFault> Findings => _pass?.Findings ?? _findings.Summary().Kept;

    /// <summary>Whether an archive is in zstd frames.</summary>
    public static bool CanOpen(Stream stream, long start) => CompressionMagic.Detect(new SeekableInput(stream, start)) == CompressionFormat.Zstd;

    public ArchiveContent Open(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (stream is FileStream archive && _folder.TryOpen(archive, _file) is { } stored)
        {
            _stored = stored;
            try
            {
                return OpenStored(stored, cancellationToken);
            }
            catch (WrongIndexException)
            {
                // A pass makes another one.
                _folder.Discard(archive, _file);
            }
        }

        ArchiveContent content = Pass();
        if (options.RefuseDamaged)
        {
            _pass!.WaitUntilSound(cancellationToken);
        }

        return content;
    }

    public ArchiveContent? Reopen(ArchiveContent failed, Exception failure, CancellationToken cancellationToken) =>
        failure is WrongIndexException && _pass is null ? PassInstead() : null;

    public void Dispose()
    {
        _pass?.Dispose();
        _stored?.Dispose();
    }

    private ArchiveContent PassInstead()
    {
        _folder.Discard((FileStream)stream, _file);
        return Pass();
    }

    private ArchiveContent Pass()
    {
        _pass = new IndexPass(_file, new IndexMaker(_folder, stream as FileStream, _file, options.DecoderMemory), options, progress);
        _manifest ??= _pass.Manifest;
        _pass.Start();
        return _pass.Content;
    }

    private ArchiveContent OpenStored(StoredIndex stored, CancellationToken cancellationToken)
    {
        var input = new DecodedInput(_file, stored.Spans.Table, new SpanCodec(stored.Spans), options);
        try
        {
            using Stream plain = input.ToStream();
            _manifest = HeaderInput.Read(new ForwardInput(plain));
            return new ArchiveContent(input, IndexOf(stored, input.Length, cancellationToken), _manifest.Uuid, options.VerifyData && _manifest.PromisesSeals);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private ArchiveIndex IndexOf(StoredIndex stored, long length, CancellationToken cancellationToken)
    {
        var index = new ArchiveIndex();
        var clusters = new ClusterChecks(Manifest, _findings.Report, invent: null);
        foreach ((long offset, ReadOnlyMemory<byte> header) in stored.ReadExtents())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var extent = new ExtentHeader(header.Span);
            bool isInside = offset >= 0 && offset <= length - ExtentLayout.HeaderLength - extent.DataLength;
            if (!isInside || ExtentHeader.Check(header.Span, Manifest.Uuid, offset) is not null)
            {
                throw new WrongIndexException("an extent is none of this archive");
            }

            index.Add(header.Span, offset, clusters.Check(extent, offset));
        }

        clusters.ReportMissing(length);
        index.Complete();
        return index;
    }
}
