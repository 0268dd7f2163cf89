// SPDX-License-Identifier: MIT

using System.Globalization;
using Vma.Compression;
using Vma.Reading;
using Vma.Salvage;

namespace Vma;

/// <summary>A damaged archive with what is left of its header, for <see cref="VmaSalvage"/> to read on from there, once. Not thread-safe.</summary>
public sealed class VmaSalvageReader : IDisposable
{
    private readonly bool _leaveOpen;
    private readonly DamageLog _damage;
    private readonly Stream? _plain;
    private bool _used;

    /// <summary>Reads what is left of the header.</summary>
    /// <param name="archive">Stands at the archive's first byte. When it is seekable, read errors are passed over.</param>
    /// <param name="onFinding">Told of each finding as it is found, of the header's here, by one thread at a time; the report keeps only the first ones.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <exception cref="VmaException">There is nothing behind the place where a header would be.</exception>
    /// <exception cref="IOException">A stream that is not seekable could not be read.</exception>
    public VmaSalvageReader(Stream archive, Action<VmaFault>? onFinding = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _leaveOpen = leaveOpen;
        Findings = new Findings([], onFinding);
        Stream = new RescueStream(archive, ReportUnreadable);
        _damage = new DamageLog { GoOn = Findings.Report };
        _plain = Decompression.Open(Stream, _damage);
        Input = new ArchiveInput(_plain, _damage) { CanExpand = Decompression.IsDecoded(_plain) };
        Header = HeaderRescue.Read(Input);
        foreach (VmaFault finding in Header.Fault is { } fault ? [fault] : Header.Manifest.Findings)
        {
            Findings.Report(finding);
        }
    }

    /// <summary>
    /// What is left of the header. When <see cref="HeaderFault"/> is set, names, sizes and configs are as they could be read and may be wrong, and
    /// devices may be missing.
    /// </summary>
    public VmaManifest Manifest => Header.Manifest;

    /// <summary>What is wrong with the header; null when it can be relied on.</summary>
    public VmaFault? HeaderFault => Header.Fault;

    internal RescueStream Stream { get; }

    internal ArchiveInput Input { get; }

    internal HeaderRescue Header { get; }

    internal Findings Findings { get; }

    /// <summary>Closes the archive, and the stream unless it was to stay open.</summary>
    public void Dispose()
    {
        if (_plain != Stream)
        {
            _plain?.Dispose();
        }

        if (!_leaveOpen)
        {
            Stream.Dispose();
        }
    }

    internal void UseOnce()
    {
        if (_used)
        {
            throw new InvalidOperationException("the archive was read already; open it again");
        }

        _used = true;
    }

    private void ReportUnreadable(long offset, int length)
    {
        string message = string.Create(CultureInfo.InvariantCulture, $"{length} bytes cannot be read");
        if (_plain == Stream)
        {
            _damage.MarkUnreadable(offset, length);
            Findings.Report(new VmaFault(VmaFaultCode.Unreadable, offset, message));
        }
        else
        {
            // The decoder comes upon the zeros in its own time.
            Findings.Report(new VmaFault(VmaFaultCode.Unreadable, Input?.Position ?? 0, message) { CompressedOffset = offset });
        }
    }
}
