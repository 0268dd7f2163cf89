// SPDX-License-Identifier: MIT

namespace Vma.Tests.Samples;

/// <summary>The programs that the documentation shows.</summary>
public sealed class SampleTests
{
    [Fact]
    public void All_samples_do_what_they_say()
    {
        using var scratch = new Scratch();
        using var output = new StringWriter();
        Vma.Samples.Program.RunAll(scratch.Path, output);
        string[] said = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}, made [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}Z$", said[0]);
        Assert.Equal(["config qemu-server.conf: 25 bytes", "disk drive-scsi0: 4587520 bytes", "disk drive-scsi1: 197608 bytes", "all data was checked"],
            said[1..5]);
        Assert.StartsWith("Error: offset ", said[5], StringComparison.Ordinal);
        Assert.Equal(["all data was checked", "drive-scsi0: 4587520 bytes, 65536 of them lost", "drive-scsi1: 197608 bytes, 0 of them lost"], said[6..]);
        foreach ((string made, string came) in new[] { ("first.raw", "restored/drive-scsi0.raw"), ("second.raw", "restored/drive-scsi1.raw"),
            ("second.raw", "salvaged/drive-scsi1.raw") })
        {
            Assert.Equal(Images.Sha256(scratch[made]), Images.Sha256(scratch[came]));
        }
    }
}
