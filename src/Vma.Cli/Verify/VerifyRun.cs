// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Verify;

/// <summary>What is known of one archive: a report, or why there is none.</summary>
/// <param name="Path">The archive.</param>
/// <param name="Report">What was read.</param>
/// <param name="Damage">Why nothing could be read, when the archive is the reason.</param>
/// <param name="Error">Why nothing could be read, when something else is.</param>
internal sealed record VerifiedArchive(string Path, VmaReadReport? Report, VmaFault? Damage, string? Error)
{
    public bool IsGood => Report is { Errors: 0 };
}

/// <summary>Verifies archives, one after the other.</summary>
internal sealed class VerifyRun(VerifyText text, bool readData, bool isStrict, VmaReaderOptions reading)
{
    /// <summary>Verifies all archives and returns the exit code.</summary>
    public int Execute(IEnumerable<string> paths)
    {
        VerifiedArchive[] verified = [.. paths.Select(Verify)];
        text.Write(verified);
        return verified.All(one => one.IsGood) ? ExitCode.Done
            : verified.Any(one => one is { Error: null, IsGood: false }) ? ExitCode.Damaged : ExitCode.Failed;
    }

    private VerifiedArchive Verify(string path)
    {
        string name = ArchiveFile.DisplayName(path);
        FindingLines findings = text.Findings(name);
        try
        {
            VmaReadReport report = Doing.OrFail($"cannot read '{name}'", () =>
            {
                using VmaReader reader = ArchiveFile.Open(path, reading);
                text.WriteHeader(reader.Manifest);
                ProgressDisplay progress = text.Progress();
                var options = new VmaVerifyOptions { ReadData = readData, Strict = isStrict, OnFinding = findings.Add };
                VmaReadReport report = VmaVerify.Run(reader, options, progress);
                progress.Finish();
                return report;
            });
            findings.Complete();
            text.WriteVerdict(name, report, readData);
            return new VerifiedArchive(path, report, null, null);
        }
        catch (CommandException failure) when (failure.InnerException is VmaException || failure.ExitCode == ExitCode.Failed)
        {
            findings.Complete();
            text.WriteError(failure.Message);
            return failure is { ExitCode: ExitCode.Damaged, InnerException: VmaException damage }
                ? new VerifiedArchive(path, null, damage.Fault, null)
                : new VerifiedArchive(path, null, null, failure.Message);
        }
    }
}
