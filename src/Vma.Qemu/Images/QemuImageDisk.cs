// SPDX-License-Identifier: MIT

using Vma.Nbd;

namespace Vma.Qemu.Images;

/// <summary>The disk in an image of any format that QEMU knows, read and written through a <see cref="QemuNbd"/> of its own.</summary>
public sealed class QemuImageDisk : IBlockSource, IBlockTarget
{
    private const string StreamOptimized = "streamOptimized";

    private readonly QemuNbd _server;
    private readonly NbdClient _client;
    private readonly IBlockTarget _target;

    private QemuImageDisk(QemuImage image, QemuNbdOptions options, bool readsAsZeroes, bool wholeClusters, CancellationToken cancellationToken)
    {
        (Image, ReadsAsZeroes) = (image, readsAsZeroes);
        _server = QemuNbd.Start(image, options);
        try
        {
            _client = NbdClient.Connect(NbdUri.ForSocket(_server.SocketPath), new NbdClientOptions(), cancellationToken);
            _target = wholeClusters ? new WholeClusterTarget(_client) : _client;
        }
        catch (IOException failure) when (_server.EndWithError() is { } error)
        {
            _server.Dispose();
            throw new QemuException(error, failure);
        }
        catch
        {
            _server.Dispose();
            throw;
        }
    }

    /// <summary>The image, with all files that are read or written.</summary>
    public QemuImage Image { get; }

    /// <inheritdoc cref="IBlockSource.Length"/>
    public long Length => _client.Length;

    /// <inheritdoc/>
    public bool ReadsAsZeroes { get; }

    /// <summary>Opens an image for reading.</summary>
    /// <param name="image">The image; <see cref="QemuImage.Resolve"/> finds what it lies on.</param>
    /// <param name="snapshot">The name of one of its internal snapshots; null for the image as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QemuException">It cannot be opened; the message is QEMU's reason.</exception>
    public static QemuImageDisk OpenRead(QemuImage image, string? snapshot = null, CancellationToken cancellationToken = default) =>
        new(image, new QemuNbdOptions { Snapshot = snapshot }, readsAsZeroes: false, wholeClusters: false, cancellationToken);

    /// <summary>Opens an image for reading and writing.</summary>
    /// <param name="image">The image.</param>
    /// <param name="options">The page cache's part, and whether the disk is known to read as zeros everywhere.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QemuException">It cannot be opened; the message is QEMU's reason.</exception>
    public static QemuImageDisk OpenWrite(QemuImage image, RawDiskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        options ??= new RawDiskOptions();
        bool wholeClusters = image.Format == "vmdk" && image.Inspect(cancellationToken).Subformat == StreamOptimized;
        var served = new QemuNbdOptions { Writable = true, Cache = options.Cache };
        return new(image, served, options.ReadsAsZeroes && !wholeClusters, wholeClusters, cancellationToken);
    }

    /// <inheritdoc/>
    public void ReadAt(long offset, Span<byte> buffer, CancellationToken cancellationToken = default) => _client.ReadAt(offset, buffer, cancellationToken);

    /// <inheritdoc/>
    public BlockStatus StatusAt(long offset, CancellationToken cancellationToken = default) => _client.StatusAt(offset, cancellationToken);

    /// <inheritdoc/>
    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default) =>
        _target.WriteAt(offset, data, cancellationToken);

    /// <inheritdoc/>
    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) =>
        _target.WriteZeroesAt(offset, length, cancellationToken);

    /// <inheritdoc/>
    public void Flush(CancellationToken cancellationToken = default) => _target.Flush(cancellationToken);

    /// <summary>Closes an image that was written: only now all of it is in the file.</summary>
    /// <exception cref="QemuException">It could not be closed well; then it is no whole image.</exception>
    public void Complete()
    {
        _target.Dispose();
        _server.Complete();
        _server.Dispose();
    }

    /// <summary>Closes the image. What was written and not completed need not be in the file.</summary>
    public void Dispose()
    {
        _target.Dispose();
        _server.Dispose();
    }
}
