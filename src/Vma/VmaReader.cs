// SPDX-License-Identifier: MIT

using Vma.Compression.Formats;
using Vma.Input;
using Vma.Reading;

namespace Vma;

/// <summary>
/// Reads an archive forward from a stream, once: cluster by cluster with <see cref="ReadCluster"/>, whole with <see cref="Extract"/>, or to
/// see whether it is sound with <see cref="Verify"/>. What is damaged is told with its place; memory does not follow sizes that the
/// archive only claims. Not thread-safe.
/// </summary>
public sealed class VmaReader : IDisposable
{
    /// <summary>How many findings a report keeps; more are counted.</summary>
    public const int MaxFindings = 10_000;

    private readonly DamageLog _damage = new();
    private readonly Stream _archive;
    private readonly bool _leaveOpen;
    private readonly ForwardInput _input;
    private bool _used;
    private ClusterWalk? _walk;

    /// <summary>Reads the header from <paramref name="archive"/>, and nothing behind it.</summary>
    /// <param name="archive">Stands at the archive's first byte; need not be seekable.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is disposed.</param>
    /// <exception cref="VmaException">It is no archive, or its header is damaged.</exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public VmaReader(Stream archive, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _leaveOpen = leaveOpen;
        _archive = archive;
        _input = Decompression.Open(archive, _damage);
        Manifest = HeaderInput.Read(_input);
    }

    /// <summary>What the header says.</summary>
    public VmaManifest Manifest { get; }

    /// <summary>
    /// Reads the next cluster, of whatever device it is; false at the end, when every cluster of every disk was there.
    /// </summary>
    /// <exception cref="VmaException">The archive is damaged.</exception>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public bool ReadCluster(out VmaCluster cluster)
    {
        if (_walk is null)
        {
            UseOnce();
            _walk = new ClusterWalk(new ExtentFeed(_input, Manifest, readData: true, goOn: false, ThrowOnError));
        }

        return _walk.Next(out cluster);
    }

    /// <summary>
    /// Restores devices, on several threads. The targets are not disposed. The archive's other devices are left out, and damage to their data is
    /// not an error.
    /// </summary>
    /// <param name="targets">
    /// A target for each device to restore, at least as long as the device. One for RAM state takes bytes behind its length and is cut
    /// to <see cref="VmaReadDevice.RestoredLength"/> by the caller.
    /// </param>
    /// <param name="options">How it is done.</param>
    /// <param name="progress">Told after each extent, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work between two extents.</param>
    /// <exception cref="VmaException">The archive is damaged. What the targets then hold is no restored disk.</exception>
    /// <exception cref="ArgumentException">A target is too short, or for a device that the archive does not have.</exception>
    /// <exception cref="IOException">The archive could not be read or a target not be written.</exception>
    public VmaReadReport Extract(
        IReadOnlyDictionary<VmaDevice, IBlockTarget> targets,
        VmaExtractOptions? options = null,
        IProgress<VmaProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        options ??= new VmaExtractOptions();
        foreach ((VmaDevice device, IBlockTarget target) in targets)
        {
            if (!Manifest.Devices.Contains(device) || (!device.IsMemoryState && target.Length < device.Size))
            {
                throw new ArgumentException($"'{device.Name}' is not a device of this archive, or its target is shorter", nameof(targets));
            }
        }

        if (Manifest.Findings.FirstOrDefault(finding => finding.Code == VmaFaultCode.DeviceTooLarge && targets.Keys.Any(device => device.Id == finding.DeviceId)) is { } tooLarge)
        {
            throw new VmaException(tooLarge);
        }

        UseOnce();
        var findings = new Findings(Manifest.Findings, ThrowOnError);
        var run = new ReadRun(_input, Manifest, findings, readData: true, goOn: false);
        run.Select(targets.ContainsKey);
        var restorer = new Restorer(targets, run.Tallies, options.VerifyData, findings, cancellationToken);
        run.Execute(restorer.Restore, progress, cancellationToken);
        if (options.Flush)
        {
            foreach (IBlockTarget target in targets.Values)
            {
                target.Flush(cancellationToken);
            }
        }

        return run.ToReport(dataChecked: options.VerifyData);
    }

    /// <summary>Reads the archive to its end and reports everything that is wrong; damage is no exception here.</summary>
    /// <param name="options">How it is done.</param>
    /// <param name="progress">Told after each extent, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work between two extents.</param>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public VmaReadReport Verify(VmaVerifyOptions? options = null, IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new VmaVerifyOptions();
        UseOnce();
        foreach (VmaFault finding in Manifest.Findings)
        {
            options.OnFinding?.Invoke(finding);
        }

        var findings = new Findings(Manifest.Findings, options.OnFinding);
        _damage.GoOn = findings.Report;
        var run = new ReadRun(_input, Manifest, findings, options.ReadData, goOn: true);
        var checker = new DataChecker(run.Tallies, findings);
        run.Execute(options.ReadData ? checker.Check : static _ => { }, progress, cancellationToken);
        return run.ToReport(dataChecked: options.ReadData);
    }

    /// <summary>Whether the archive comes compressed.</summary>
    internal bool IsCompressed => _input.IsDecoded;

    /// <summary>Checks all of the archive as <see cref="Extract"/> would.</summary>
    internal void CheckAll(CancellationToken cancellationToken)
    {
        UseOnce();
        var findings = new Findings(Manifest.Findings, ThrowOnError);
        var run = new ReadRun(_input, Manifest, findings, readData: true, goOn: false);
        var checker = new DataChecker(run.Tallies, findings);
        run.Execute(checker.Check, progress: null, cancellationToken);
    }

    /// <summary>Closes the reader, and the stream unless it was to stay open.</summary>
    public void Dispose()
    {
        _walk?.Dispose();
        _walk = null;
        _input.Dispose();
        if (!_leaveOpen)
        {
            _archive.Dispose();
        }
    }

    private static void ThrowOnError(VmaFault fault)
    {
        if (fault.Severity == VmaSeverity.Error)
        {
            throw new VmaException(fault);
        }
    }

    private void UseOnce()
    {
        if (_used)
        {
            throw new InvalidOperationException("the archive was read already; open it again");
        }

        _used = true;
    }
}
