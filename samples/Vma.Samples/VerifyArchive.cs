// SPDX-License-Identifier: MIT

namespace Vma.Samples;

/// <summary>Whether an archive is sound, and if not, what is wrong with it and where.</summary>
public static class VerifyArchive
{
    public static bool Run(string archivePath, TextWriter output)
    {
        try
        {
            using var reader = new VmaReader(File.OpenRead(archivePath));
            VmaReadReport report = VmaVerify.Run(reader);
            foreach (VmaFault finding in report.Findings)
            {
                output.WriteLine($"{finding.Severity}: {finding}");
            }

            output.WriteLine(report.DataChecked ? "all data was checked" : "the archive has no data checksums");
            return report.Errors == 0;
        }
        catch (VmaException noHeader)
        {
            output.WriteLine(noHeader.Message);
            return false;
        }
    }
}
