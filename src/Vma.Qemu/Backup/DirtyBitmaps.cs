// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Backup;

/// <summary>
/// The names of dirty bitmaps. One that belongs to an archive says so, and stays in the VM until the next backup; others live as long as a run.
/// </summary>
internal static class DirtyBitmaps
{
    private const string BasePrefix = "vma-base-";

    /// <summary>The bitmap of what changed since an archive was made.</summary>
    public static string Since(Guid archive) => BasePrefix + archive.ToString("D");

    public static bool IsOfAnArchive(string name) => name.StartsWith(BasePrefix, StringComparison.Ordinal);

    public static bool IsOfOneRun(string name) => RunNames.IsOurs(name) && !IsOfAnArchive(name);
}
