// SPDX-License-Identifier: MIT

namespace Vma.Tests.Samples;

/// <summary>The programs that the documentation shows.</summary>
public sealed class SampleTests
{
    [Fact]
    public void All_samples_do_what_they_say()
    {
        using var directory = new Scratch();
        using var output = new StringWriter();
        Vma.Samples.Program.RunAll(Directory.CreateDirectory(directory["samples"]).FullName, output);
        Assert.Contains("drive-scsi0", output.ToString(), StringComparison.Ordinal);
    }
}
