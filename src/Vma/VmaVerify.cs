// SPDX-License-Identifier: MIT

using Vma.Input;
using Vma.Reading;

namespace Vma;

/// <summary>Tells whether an archive is sound.</summary>
public static class VmaVerify
{
    /// <summary>Reads an archive to its end and reports everything that is wrong; damage is no exception here.</summary>
    /// <param name="archive">A reader that nothing was read from. It is not disposed.</param>
    /// <param name="options">How it is done.</param>
    /// <param name="progress">Told after each extent, by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the work between two extents.</param>
    /// <exception cref="IOException">The stream could not be read.</exception>
    /// <exception cref="InvalidOperationException">The reader was read from before.</exception>
    public static VmaReadReport Run(
        VmaReader archive, VmaVerifyOptions? options = null, IProgress<VmaProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        options ??= new VmaVerifyOptions();
        var findings = new Findings(archive.Manifest.Findings, options.OnFinding);
        ArchivePass pass = archive.StartPass(findings, options.ReadData, goOn: true);
        foreach (VmaFault finding in archive.Manifest.Findings)
        {
            options.OnFinding?.Invoke(finding);
        }

        var checker = new DataChecker(pass.Clusters, findings, options.Strict);
        pass.Run(options.ReadData ? checker.Check : static _ => { }, options.Parallelism, progress, cancellationToken);
        pass.ReportWrongHints();
        return pass.ToReport(dataChecked: options.ReadData);
    }

    /// <summary>Checks all of an archive, and throws the first error.</summary>
    internal static void ThrowIfDamaged(VmaReader archive, int parallelism, CancellationToken cancellationToken)
    {
        var findings = new Findings(archive.Manifest.Findings, Findings.ThrowErrors);
        ArchivePass pass = archive.StartPass(findings, readData: true, goOn: false);
        var checker = new DataChecker(pass.Clusters, findings);
        pass.Run(checker.Check, parallelism, progress: null, cancellationToken);
    }
}
