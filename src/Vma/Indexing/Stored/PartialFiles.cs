// SPDX-License-Identifier: MIT

namespace Vma.Indexing.Stored;

/// <summary>
/// Files of a cache that are still written, beside the names that they get when they are whole. Their maker holds a lock; without a lock it has died.
/// </summary>
internal static class PartialFiles
{
    private const string Mark = ".partial-";

    /// <summary>A file may be a moment old before its maker has it locked.</summary>
    private static readonly TimeSpan YoungestDead = TimeSpan.FromMinutes(1);

    /// <summary>A name for the file that gets the name <paramref name="path"/> when it is whole.</summary>
    public static string NameFor(string path) => $"{path}{Mark}{Guid.NewGuid():N}";

    /// <summary>Removes what makers that were killed have left of files with a name, or with any name. A maker at work is left alone.</summary>
    public static void RemoveDead(string directory, string name = "*")
    {
        foreach (string partial in Directory.EnumerateFiles(directory, $"{name}{Mark}*"))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(partial) < YoungestDead)
            {
                continue;
            }

            try
            {
                using (new FileStream(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    File.Delete(partial);
                }
            }
            catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
            {
                // Another process writes it, or has finished just now.
            }
        }
    }
}
