// SPDX-License-Identifier: MIT

using Vma.Compression.Zstd.Spans;
using Vma.Failures;
using Vma.Indexing;
using Vma.Passes;

namespace Vma;

/// <summary>
/// An archive that is read anywhere: opened and indexed once, it gives each disk as an <see cref="IBlockSource"/> and as a stream.
/// Indexing hops from extent to extent and reads no data. Thread-safe, with several disks in use at once; dispose of it when no read is
/// under way.
/// </summary>
public sealed partial class VmaArchive : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly IArchiveOpener _opener;
    private ArchiveContent _content;
    private volatile bool _isClosed;

    private VmaArchive(Stream stream, bool leaveOpen, VmaArchiveOptions options, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        long start = stream.Position;
        _opener = new ArchiveOpener(stream, options, progress);
        try
        {
            _content = _opener.Open(cancellationToken);
        }
        catch (VmaException refused) when (refused.Fault.Code == VmaFaultCode.NotSeekable && StockOpener.CanOpen(stream, start))
        {
            _opener = new StockOpener(stream, start, options, progress);
            _content = Attempt.Into(_opener, opener => opener.Open(cancellationToken));
        }
    }

    /// <summary>What the header says.</summary>
    public VmaManifest Manifest => _opener.Manifest;

    /// <summary>
    /// What was found wrong or odd so far, at most <see cref="VmaReadReport.MaxFindings"/> of it. Damaged data is found when it is read; the
    /// structure of an archive with a table of contents of its own only where it is used.
    /// </summary>
    public IReadOnlyList<VmaFault> Findings => _opener.Findings;

    /// <summary>
    /// How many reads at once are of use. Reads of a compressed archive keep processors busy, so of them it is <see cref="VmaArchiveOptions.Parallelism"/>;
    /// of a plain one as many as its storage takes, <see cref="int.MaxValue"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The archive was closed.</exception>
    public int Parallelism => Content.Input.Parallelism;

    internal ArchiveContent Content
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return Volatile.Read(ref _content);
        }
    }

    /// <summary>Opens an archive, plain or compressed.</summary>
    /// <param name="path">The archive's file.</param>
    /// <param name="options">How it is done.</param>
    /// <param name="progress">
    /// Told while the archive is indexed or its copy is made, by one thread at a time; in bytes of the plain archive or of the disks.
    /// </param>
    /// <param name="cancellationToken">Ends indexing, and the making of a copy.</param>
    /// <exception cref="VmaException">
    /// It is no archive, or its header is damaged; <see cref="VmaFaultCode.NotSeekable"/>: it can only be read from its start, and
    /// <see cref="VmaArchiveOptions.SidecarDirectory"/> is not set.
    /// </exception>
    /// <exception cref="NotSupportedException">The system lacks the library for its compression.</exception>
    /// <exception cref="IOException">It could not be read, or its copy not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or its copy not be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static VmaArchive Open(
        string path, VmaArchiveOptions? options = null, IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new VmaArchiveOptions();
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.RandomAccess);
        try
        {
            return new VmaArchive(file, leaveOpen: false, options, progress, cancellationToken);
        }
        catch (VmaException refused) when (refused.Fault.Code == VmaFaultCode.NotSeekable && options.SidecarDirectory is not null)
        {
            using (file)
            {
                FileStream copy = Sidecar.Open(file, options.SidecarDirectory, options.DecoderMemory, progress, cancellationToken);
                return new VmaArchive(copy, leaveOpen: false, options, progress, cancellationToken);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens an archive from a stream. <see cref="VmaArchiveOptions.SidecarDirectory"/> has no meaning here: a stream has no time by which a copy could be
    /// known.
    /// </summary>
    /// <param name="archive">Seekable, and stands at the archive's first byte. Only the archive uses it as long as it is open.</param>
    /// <param name="options">How it is done.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the archive is disposed of.</param>
    /// <param name="progress">Told while the archive is indexed, by one thread at a time; in bytes of the plain archive.</param>
    /// <param name="cancellationToken">Ends indexing.</param>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    /// <inheritdoc cref="Open(string, VmaArchiveOptions, IProgress{VmaProgress}, CancellationToken)"/>
    public static VmaArchive Open(
        Stream archive,
        VmaArchiveOptions? options = null,
        bool leaveOpen = false,
        IProgress<VmaProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentException.ThrowIf(!archive.CanSeek, "the stream cannot seek", nameof(archive));

        return new VmaArchive(archive, leaveOpen, options ?? new VmaArchiveOptions(), progress, cancellationToken);
    }

    /// <summary>A device of <see cref="Manifest"/>, to be read anywhere.</summary>
    /// <exception cref="ArgumentException">The archive does not have the device.</exception>
    /// <exception cref="VmaException">It is larger than clusters can address.</exception>
    /// <exception cref="ObjectDisposedException">The archive was closed.</exception>
    public VmaDisk OpenDisk(VmaDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIf(!Manifest.Devices.Contains(device), $"'{device.Name}' is not a device of this archive", nameof(device));

        Manifest.ThrowIfTooLarge(device);
        return new VmaDisk(this, device);
    }

    /// <summary>The device of a name, to be read anywhere.</summary>
    /// <exception cref="ArgumentException">The archive has no device of the name, or several.</exception>
    /// <inheritdoc cref="OpenDisk(VmaDevice)"/>
    public VmaDisk OpenDisk(VmaName name)
    {
        VmaDevice[] named = [.. Manifest.Devices.Where(device => device.Name == name)];
        return named.Length == 1 ? OpenDisk(named[0])
            : throw new ArgumentException($"the archive has {(named.Length == 0 ? "no" : "more than one")} device '{name}'", nameof(name));
    }

    /// <summary>Closes the archive, and its stream unless it was to stay open.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _content.Input.Dispose();
            _opener.Dispose();
            if (!_leaveOpen)
            {
                _stream.Dispose();
            }
        }
    }

    /// <summary>Whether a failure may come from what the archive says of itself beside its extents.</summary>
    internal static bool MayMend(Exception failure) =>
        failure is WrongClusterMapException or WrongIndexException or VmaException { Fault.Code: VmaFaultCode.CompressedData };

    /// <summary>Indexes the archive by its extents when what it says beside them is wrong; tells whether another try is worth it.</summary>
    internal bool Rebuild(ArchiveContent failed, Exception failure, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_content == failed && _opener.Reopen(failed, failure, cancellationToken) is { } rebuilt)
            {
                Volatile.Write(ref _content, rebuilt);
            }

            return _content != failed;
        }
    }
}
