// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Compressed;

/// <summary>A seek table and a cluster map that tell otherwise than the frames: every command gives what a pass forward gives, or refuses.</summary>
public sealed class ForgedTableTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_hidden_is_never_read_and_verify_tells(bool isSealed)
    {
        string honest = _scratch.File("honest.vma.zst", Forgery.Honest(isSealed)), lie = _scratch.File("lie.vma.zst", Forgery.HiddenFrames(isSealed));
        VmaResult verified = VmaCall.Run("verify", lie);
        Assert.Equal(3, verified.ExitCode);
        Assert.Contains("the seek table tells frame", verified.Error);
        Assert.Contains("DAMAGED, 1 error", verified.Error);
        VmaResult told = VmaCall.Run("verify", "--json", lie);
        Assert.Equal(3, told.ExitCode);
        Assert.Contains("seek-table-mismatch", told.Output);
        Assert.Equal(3, new VmaCall("verify", "-") { Input = File.ReadAllBytes(lie) }.Run().ExitCode);
        Assert.Equal(0, VmaCall.Run("verify", honest).ExitCode);

        VmaCall.Run("extract", lie, _scratch["restored"]).Succeeded();
        Assert.Equal(Forgery.Good, File.ReadAllBytes(Path.Combine(_scratch["restored"], "disk-drive-scsi0.raw")));
        Assert.Equal(Forgery.Good, VmaCall.Run("cat", lie, "scsi0").Succeeded().OutputBytes);
        VmaCall.Run("diff", honest, lie).Succeeded();
        VmaCall.Run("diff", lie, honest).Succeeded();
    }

    [Fact]
    public void A_cluster_that_is_there_twice_is_refused_by_every_command()
    {
        string honest = _scratch.File("honest.vma.zst", Forgery.Honest(isSealed: false));
        string twice = _scratch.File("twice.vma.zst", Forgery.Repeated(isSealed: false));
        VmaResult verified = VmaCall.Run("verify", "--json", twice);
        Assert.Equal(3, verified.ExitCode);
        Assert.Contains("duplicate-cluster", verified.Output);
        Assert.Contains("cluster-map-mismatch", verified.Output);
        foreach (string[] call in (string[][])[["cat", twice, "scsi0"], ["diff", honest, twice], ["diff", twice, honest], ["extract", twice, _scratch["out"]]])
        {
            VmaResult result = VmaCall.Run(call);
            Assert.True(result.ExitCode == 3, $"{call[0]} ended with {result.ExitCode}: {result.Error}");
        }
    }
}
