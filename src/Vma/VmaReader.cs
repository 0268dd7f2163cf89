// SPDX-License-Identifier: MIT

using Vma.Input;
using Vma.Passes;
using Vma.Reading;

namespace Vma;

/// <summary>
/// Reads an archive forward from a stream, once: cluster by cluster with <see cref="ReadCluster"/>, whole with <see cref="VmaExtract"/>, or to
/// see whether it is sound with <see cref="VmaVerify"/>. What is damaged is told with its place; memory does not follow sizes that the
/// archive only claims. Not thread-safe.
/// </summary>
public sealed class VmaReader : IDisposable
{
    private readonly Stream _archive;
    private readonly bool _leaveOpen;
    private readonly IndexedReading _reading;
    private Action<VmaFault> _report = Findings.ThrowErrors;
    private ClusterWalk? _walk;

    /// <summary>Reads the header from <paramref name="archive"/>, and nothing behind it.</summary>
    /// <param name="archive">Stands at the archive's first byte; need not be seekable.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is disposed.</param>
    /// <exception cref="VmaException">It is no archive, or its header is damaged.</exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public VmaReader(Stream archive, bool leaveOpen = false)
        : this(archive, new VmaReaderOptions(), leaveOpen)
    {
    }

    /// <inheritdoc cref="VmaReader(Stream, bool)"/>
    /// <param name="archive">Stands at the archive's first byte; need not be seekable.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is disposed.</param>
    public VmaReader(Stream archive, VmaReaderOptions options, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(archive);
        _leaveOpen = leaveOpen;
        _archive = archive;
        _reading = new IndexedReading(archive, options, new DamageLog(fault => _report(fault)));
        try
        {
            Manifest = HeaderInput.Read(_reading.Input);
        }
        catch
        {
            _reading.Dispose();
            throw;
        }
    }

    /// <summary>What the header says.</summary>
    public VmaManifest Manifest { get; }

    /// <summary>Whether the archive comes compressed.</summary>
    internal bool IsCompressed => _reading.Input.IsDecoded;

    /// <summary>
    /// Reads the next cluster, of whatever device it is; false at the end, when every cluster of every disk was there.
    /// </summary>
    /// <exception cref="VmaException">The archive is damaged.</exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public bool ReadCluster(out VmaCluster cluster)
    {
        if (_walk is null)
        {
            _reading.Input.BeginPass();
            _walk = new ClusterWalk(new ExtentFeed(_reading.Input, Manifest, readData: true, goOn: false, Findings.ThrowErrors));
        }

        return _walk.Next(out cluster);
    }

    /// <summary>Closes the reader, and the stream unless it was to stay open.</summary>
    public void Dispose()
    {
        _walk?.Dispose();
        _walk = null;
        _reading.Dispose();
        if (!_leaveOpen)
        {
            _archive.Dispose();
        }
    }

    /// <summary>Begins the one pass that can be made over the archive.</summary>
    internal ArchivePass StartPass(Findings findings, bool readData, bool goOn)
    {
        _reading.Input.BeginPass();
        _report = findings.Report;
        return new ArchivePass(_reading.Input, Manifest, findings, readData, goOn, _reading.Maker);
    }
}
