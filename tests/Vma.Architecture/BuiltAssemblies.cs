// SPDX-License-Identifier: MIT

namespace Vma.Architecture;

/// <summary>All our assemblies, as they lie beside the command that was built last.</summary>
internal static class BuiltAssemblies
{
    private static readonly DirectoryInfo Output = new DirectoryInfo(Places.ArtifactPath("bin", "Vma.Cli"))
        .EnumerateFiles("Vma.Cli.dll", SearchOption.AllDirectories).MaxBy(file => file.LastWriteTimeUtc)!.Directory!;

    public static IEnumerable<string> All => Output.EnumerateFiles("Vma*.dll").Select(file => file.FullName);

    public static string Library => Path.Combine(Output.FullName, "Vma.dll");
}
