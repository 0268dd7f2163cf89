// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Vma.Testing;

/// <summary>Where things are in the checkout.</summary>
public static class Places
{
    public static string Root { get; } =
        Path.GetFullPath(typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "RootDirectory").Value!);

    /// <summary>The native command.</summary>
    public static string Executable => Artifact("vma", "vma");

    public static string Golden(string file) => Path.Combine(Root, "tests", "golden", "valid", file);

    /// <summary>A path below the build's output folder, where something is.</summary>
    public static string Artifact(params string[] parts)
    {
        string path = ArtifactPath(parts);
        return Path.Exists(path) ? path : throw new InvalidOperationException($"there is no '{path}'; ./build.sh makes it");
    }

    /// <summary>A path below the build's output folder, where nothing has to be.</summary>
    public static string ArtifactPath(params string[] parts) => Path.Combine([Root, "artifacts", .. parts]);
}
