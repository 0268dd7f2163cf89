// SPDX-License-Identifier: MIT

using PublicApiGenerator;
using Vma.Nbd.Tests.Support;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Contracts;

public sealed class PublicApiTests
{
    private const string UpdateVariable = "VMA_UPDATE_API";

    [Fact]
    public void The_public_members_are_the_approved_ones()
    {
        string approvedPath = Path.Combine(Place.RootDirectory, "tests", "Vma.Qemu.Tests", "Contracts", "PublicApi.approved.txt");
        string actual = typeof(QmpClient).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(approvedPath, actual);
        }

        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : string.Empty;
        string[] added = [.. actual.Split('\n').Except(approved.Split('\n'))], gone = [.. approved.Split('\n').Except(actual.Split('\n'))];
        Assert.True(actual == approved, $"""
            The public members of Vma.Qemu changed. If that is meant, run this test with {UpdateVariable}=1, commit
            tests/Vma.Qemu.Tests/Contracts/PublicApi.approved.txt with the change, and tell users in CHANGELOG.md.
            Added or changed:
            {string.Join('\n', added)}
            Gone:
            {string.Join('\n', gone)}
            """);
    }
}
