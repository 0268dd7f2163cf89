// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Compression.Formats;
using Vma.Indexing.Cache;
using Vma.Input;

namespace Vma.Indexing;

/// <summary>
/// Opens what an archive comes as, and decides how it is indexed: by its own table of contents when it has one that fits, else by its extents.
/// </summary>
internal sealed class ArchiveOpener(Stream stream, VmaArchiveOptions options, IProgress<VmaProgress>? progress) : IArchiveOpener
{
    private readonly long _start = stream.Position;
    private Findings _findings = new([], onFinding: null);
    private VmaManifest? _manifest;
    private bool _tableIsProven;

    public VmaManifest Manifest => _manifest!;

    public IReadOnlyList<VmaFault> Findings => _findings.Summary().Kept;

    public ArchiveContent Open(CancellationToken cancellationToken)
    {
        var file = new SeekableInput(stream, _start);
        CompressionFormat format = CompressionMagic.Detect(file);
        if (format == CompressionFormat.None)
        {
            ReadHeader(file);
            return IndexWhole(file, cancellationToken);
        }

        FrameTable? told = options.RefuseDamaged ? null : FrameTable.FromSeekTable(file, format);
        if (told is not null && TryOpenMapped(file, told, cancellationToken) is { } mapped)
        {
            return mapped;
        }

        return OpenWalked(file, Walk(file, format, cancellationToken), told, cancellationToken);
    }

    /// <summary>
    /// Opens the archive without its table of contents, when a failure may come from that; null when the table is right and the failure is
    /// the data's own.
    /// </summary>
    public ArchiveContent? Reopen(ArchiveContent failed, Exception failure, CancellationToken cancellationToken)
    {
        if (failed.Index is not MappedIndex || (failure is VmaException && _tableIsProven))
        {
            return null;
        }

        var told = (DecodedInput)failed.Input;
        FrameTable walked = Walk(told.File, CompressionFormat.Zstd, cancellationToken);
        if (failure is VmaException && (told.Table.GoesOnBehind(walked) || walked.Matches(told.Table)))
        {
            _tableIsProven = true;
            return null;
        }

        return OpenWalked(told.File, walked, told.Table, cancellationToken);
    }

    public void Dispose()
    {
    }

    /// <summary>Null when the archive has no map that can be true and of use, or it is not what its frames and extents tell.</summary>
    private ArchiveContent? TryOpenMapped(SeekableInput file, FrameTable told, CancellationToken cancellationToken)
    {
        var input = new DecodedInput(file, told, Decompression.CodecOf(told.Format, options.DecoderMemory), options);
        try
        {
            ReadHeader(input);
            if (MappedIndex.TryOpen(input, Manifest) is { } index)
            {
                bool isLong = told.PlainLength > options.ProvenBytes;
                if (isLong || index.IsProven(options.Parallelism, cancellationToken))
                {
                    _tableIsProven = !isLong;
                    return new ArchiveContent(input, index, Manifest.Uuid, options.VerifyData && Manifest.PromisesSeals);
                }
            }
        }
        catch (VmaException)
        {
            // The table may be at fault; if the archive is, that shows again.
        }
        catch
        {
            input.Dispose();
            throw;
        }

        input.Dispose();
        _manifest = null;
        return null;
    }

    /// <summary>Damage hides the frames behind it, which only a seek table still tells. A table that differs before that is given up.</summary>
    private ArchiveContent OpenWalked(SeekableInput file, FrameTable walked, FrameTable? told, CancellationToken cancellationToken)
    {
        FrameTable table = told is not null && told.GoesOnBehind(walked) ? told : walked;
        var input = new DecodedInput(file, table, Decompression.CodecOf(table.Format, options.DecoderMemory), options);
        try
        {
            ReadHeader(input);
            if ((walked.Fault ?? walked.Padding) is { } fault)
            {
                Report(fault);
            }

            return IndexWhole(input, cancellationToken);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private FrameTable Walk(SeekableInput file, CompressionFormat format, CancellationToken cancellationToken)
    {
        if (FrameTable.Walk(file, format, options.DecoderMemory, cancellationToken) is { } table)
        {
            return table;
        }

        string name = format switch { CompressionFormat.Zstd => "zstd frame", CompressionFormat.Gzip => "gzip stream", _ => "bzip2 stream" };
        throw new VmaException(new VmaFault(
            VmaFaultCode.NotSeekable,
            0,
            $"the archive is one {name}, which can only be read from its start; 'vma repack OLD NEW.vma.zst' makes one that can be read anywhere"));
    }

    private void ReadHeader(RandomInput input)
    {
        using Stream plain = input.ToStream();
        VmaManifest manifest = HeaderInput.Read(new ForwardInput(plain));
        if (_manifest is not null && _manifest.Uuid != manifest.Uuid)
        {
            throw new IOException("the archive is not the one that was opened");
        }

        _manifest ??= manifest;
        _findings = new Findings(manifest.Findings, onFinding: null);
    }

    private ArchiveContent IndexWhole(RandomInput input, CancellationToken cancellationToken)
    {
        using var indexer = new ArchiveIndexer(input, Manifest, Report, options, progress);
        ArchiveIndex index = indexer.Run(cancellationToken);
        return new ArchiveContent(input, index, Manifest.Uuid, options.VerifyData && indexer.IsSealed);
    }

    private void Report(VmaFault fault)
    {
        if (options.RefuseDamaged && fault.Severity == VmaSeverity.Error)
        {
            throw new VmaException(fault);
        }

        _findings.Report(fault);
    }
}
