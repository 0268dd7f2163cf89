// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Compression;
using Vma.Reading;
using Vma.Salvage;

namespace Vma;

/// <summary>
/// Gets out of a damaged archive every cluster that can be trusted: it goes on behind every fault, and where the archive has checksums it
/// drops just the clusters that do not match. Of a sealed archive, data without its seal is not trusted; of a plain one, data of an extent
/// from whose inside bytes are missing. What is lost reads as zeros.
/// </summary>
public sealed class VmaSalvage : IDisposable
{
    private readonly VmaSalvageOptions _options;
    private readonly bool _leaveOpen;
    private readonly RescueStream _stream;
    private readonly DamageLog _damage;
    private readonly Stream? _plain;
    private readonly ArchiveInput _input;
    private readonly HeaderRescue _header;
    private readonly Findings _findings;
    private bool _used;

    /// <summary>Reads what is left of the header.</summary>
    /// <param name="archive">Stands at the archive's first byte. When it is seekable, read errors are passed over.</param>
    /// <param name="options">What is kept, and what is known.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <exception cref="VmaException">There is nothing behind the place where a header would be.</exception>
    /// <exception cref="IOException">A stream that is not seekable could not be read.</exception>
    public VmaSalvage(Stream archive, VmaSalvageOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _options = options ?? new VmaSalvageOptions();
        _leaveOpen = leaveOpen;
        _findings = new Findings([], _options.OnFinding);
        _stream = new RescueStream(archive, ReportUnreadable);
        _damage = new DamageLog { GoOn = _findings.Report };
        _plain = Decompression.Open(_stream, _damage);
        _input = new ArchiveInput(_plain, _damage) { CanExpand = Decompression.IsDecoded(_plain) };
        _header = HeaderRescue.Read(_input);
        foreach (VmaFault finding in _header.Fault is { } fault ? [fault] : _header.Manifest.Findings)
        {
            _findings.Report(finding);
        }
    }

    /// <summary>
    /// What is left of the header. When <see cref="HeaderFault"/> is set, names, sizes and configs are as they could be read and may be wrong, and
    /// devices may be missing.
    /// </summary>
    public VmaManifest Manifest => _header.Manifest;

    /// <summary>What is wrong with the header; null when it can be relied on.</summary>
    public VmaFault? HeaderFault => _header.Fault;

    /// <summary>Salvages the devices, on several threads.</summary>
    /// <param name="openTarget">
    /// Called once for each device, with a size of 2^48 where nothing is known of it, before its first cluster; gives where it goes, or null to leave it
    /// out. The target takes writes behind its length where the size is not known; it is not disposed.
    /// </param>
    /// <param name="progress">Told after each extent, by one thread at a time: bytes of the archive as it comes, compressed or not.</param>
    /// <param name="cancellationToken">Ends the work between two extents.</param>
    /// <exception cref="IOException">A target could not be written, or a stream that is not seekable not be read.</exception>
    public VmaSalvageReport Run(Func<VmaDevice, IBlockTarget?> openTarget, IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(openTarget);
        if (_used)
        {
            throw new InvalidOperationException("the archive was read already; open it again");
        }

        _used = true;
        var run = new SalvageRun(_input, _stream, _header, _options, _findings, openTarget, cancellationToken);
        run.Execute(progress);
        (IReadOnlyList<VmaFault> kept, long errors, long warnings) = _findings.Summary();
        return new VmaSalvageReport(Manifest, HeaderFault is null, run.IsSealed, run.Position, errors, warnings, kept, run.ToReport());
    }

    /// <summary>Closes the archive, and the stream unless it was to stay open.</summary>
    public void Dispose()
    {
        if (_plain != _stream)
        {
            _plain?.Dispose();
        }

        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    private void ReportUnreadable(long offset, int length)
    {
        string message = string.Create(CultureInfo.InvariantCulture, $"{length} bytes cannot be read");
        if (_plain == _stream)
        {
            _damage.MarkUnreadable(offset, length);
            _findings.Report(new VmaFault(VmaFaultCode.Unreadable, offset, message));
        }
        else
        {
            // The decoder comes upon the zeros in its own time.
            _findings.Report(new VmaFault(VmaFaultCode.Unreadable, _input?.Position ?? 0, message) { CompressedOffset = offset });
        }
    }
}
