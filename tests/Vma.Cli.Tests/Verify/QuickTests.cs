// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Salvage;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Verify;

/// <summary>A quick verify reads headers: it finds what is missing, and says that it did not look at the data.</summary>
public sealed class QuickTests
{
    [Fact]
    public void A_quick_verify_says_that_the_data_was_not_read()
    {
        using Patient patient = new();
        Assert.Equal($"vma: {patient.Archive}: good; data not read", Told.OneLine(0, VmaCall.Run("verify", "--quick", patient.Archive)));
        Assert.False(VmaCall.Run("verify", "--quick", "--json", patient.Archive).Succeeded().Json.GetProperty("archives")[0].GetProperty("dataChecked")
            .GetBoolean());
    }

    [Fact]
    public void Damaged_data_is_not_seen_and_a_whole_verify_sees_it()
    {
        using Patient patient = new();
        patient.Damage(patient.OffsetOf(3));
        Assert.Equal(0, VmaCall.Run("verify", "--quick", patient.Archive).ExitCode);
        Assert.Equal(3, VmaCall.Run("verify", patient.Archive).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_cluster_is_found_from_a_file_and_from_a_pipe(bool fromPipe)
    {
        using var scratch = new Scratch();
        byte[] lacking = new ArchiveBuilder().Device(1, "a", 3 * 65536).Extent(extent => extent.Slot(1, 0, 0xffff).Slot(1, 2, 0x0001)).Build();
        string file = scratch.File("a.vma", lacking);
        VmaResult result = fromPipe ? new VmaCall("verify", "--quick", "-") { Input = lacking }.Run() : VmaCall.Run("verify", "--quick", file);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("cluster 1 (disk bytes 65536 to 131071): the cluster never came", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.EndsWith("DAMAGED, 1 error; data not read", result.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_to_an_extent_s_header_and_a_cut_are_found()
    {
        using Patient patient = new(length: 130 * Patient.ClusterSize);
        byte[] archive = File.ReadAllBytes(patient.Archive);
        patient.Damage(patient.HeaderLength + 100);
        Assert.Equal(3, VmaCall.Run("verify", "--quick", patient.Archive).ExitCode);
        Assert.Equal(3, VmaCall.Run("verify", "--quick", patient.Scratch.File("cut", archive[..^512])).ExitCode);
    }
}
