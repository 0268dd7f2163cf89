// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Vma.Cli.Tests.Support;

/// <summary>Where things are in the checkout.</summary>
internal static class Places
{
    public static string Root { get; } = typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "RootDirectory").Value!;

    public static string Executable { get; } = FindExecutable();

    public static string Golden(string file) => Path.Combine(Root, "tests", "golden", "valid", file);

    private static string FindExecutable()
    {
        string path = Path.GetFullPath(Path.Combine(Root, "artifacts", "vma", "vma"));
        return File.Exists(path) ? path : throw new InvalidOperationException($"'{path}' is missing; run ./build.sh native");
    }
}
