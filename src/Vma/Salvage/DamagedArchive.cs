// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Input;

namespace Vma.Salvage;

/// <summary>A damaged archive that can be read once, from the first extent on: where its bytes come from, and where its faults go.</summary>
internal sealed class DamagedArchive : IDisposable
{
    private readonly bool _leaveOpen;
    private readonly DamageLog _damage;

    public DamagedArchive(Stream archive, Action<VmaFault>? onFinding, bool leaveOpen, VmaReaderOptions options)
    {
        _leaveOpen = leaveOpen;
        Findings = new Findings([], onFinding);
        Stream = new RescueStream(archive, ReportUnreadable);
        _damage = new DamageLog(Findings.Report);
        Input = Decompression.Open(Stream, _damage, options.DecoderMemory);
        Header = HeaderRescue.Read(Input);
        foreach (VmaFault finding in Header.Fault is { } fault ? [fault] : Header.Manifest.Findings)
        {
            Findings.Report(finding);
        }
    }

    /// <summary>The archive as it comes. It is hashed while it is read.</summary>
    public RescueStream Stream { get; }

    public ForwardInput Input { get; }

    public HeaderRescue Header { get; }

    public Findings Findings { get; }

    public void Dispose()
    {
        Input.Dispose();
        if (!_leaveOpen)
        {
            Stream.Dispose();
        }
    }

    private void ReportUnreadable(long offset, int length)
    {
        string message = $"{length} bytes cannot be read";
        if (Input is { IsDecoded: false })
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
