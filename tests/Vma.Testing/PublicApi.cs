// SPDX-License-Identifier: MIT

using System.Reflection;
using PublicApiGenerator;

namespace Vma.Testing;

/// <summary>Holds an assembly's public members to the list in its suite.</summary>
public static class PublicApi
{
    private const string UpdateVariable = "VMA_UPDATE_API";

    /// <summary>Fails when the members are not those of <c>tests/SUITE/Contracts/PublicApi.approved.txt</c>.</summary>
    public static void AssertApproved(Assembly assembly, string suite)
    {
        string approvedFile = $"tests/{suite}/Contracts/PublicApi.approved.txt", approvedPath = Path.Combine(Places.Root, approvedFile);
        string actual = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(approvedPath, actual);
        }

        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : string.Empty;
        string[] added = [.. actual.Split('\n').Except(approved.Split('\n'))], gone = [.. approved.Split('\n').Except(actual.Split('\n'))];
        Assert.True(actual == approved, $"""
            The public members of {assembly.GetName().Name} changed. If that is meant, run this test with {UpdateVariable}=1, commit
            {approvedFile} with the change, and tell users in CHANGELOG.md.
            Added or changed:
            {string.Join('\n', added)}
            Gone:
            {string.Join('\n', gone)}
            """);
    }
}
