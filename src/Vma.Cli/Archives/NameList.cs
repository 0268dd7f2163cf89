// SPDX-License-Identifier: MIT

namespace Vma.Cli.Archives;

/// <summary>Names as they are shown and typed.</summary>
internal static class NameList
{
    public static string Of(IEnumerable<VmaName> names) => string.Join(", ", names.Select(name => $"'{name}'")) is { Length: > 0 } list ? list : "none";

    /// <summary>Whether <paramref name="typed"/> is the name itself, the name as it is shown, or the name of its file.</summary>
    public static bool IsCalled(VmaName name, string typed) => name == typed || name.ToString() == typed || name.FileName == typed;
}
