// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Vma.Cli;

/// <summary>How much room there is where something will be written.</summary>
/// <param name="Directory">The nearest directory on the way there that exists.</param>
/// <param name="Bytes">What is free; null when that cannot be known.</param>
internal sealed record FreeSpace(string Directory, long? Bytes)
{
    public static FreeSpace At(string path)
    {
        string directory = Path.GetFullPath(path);
        while (!System.IO.Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } parent)
        {
            directory = parent;
        }

        try
        {
            return new FreeSpace(directory, new DriveInfo(directory).AvailableFreeSpace);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new FreeSpace(directory, null);
        }
    }

    /// <summary>Refuses what surely does not fit, or cannot be written for lack of rights.</summary>
    public void ThrowIfTooSmall(long needed, bool ignoreSpace)
    {
        if (!Posix.CanWriteTo(Directory))
        {
            throw CommandException.Failed($"cannot write to '{ArchiveFile.Escape(Directory)}': permission denied, or the file system is read-only");
        }

        if (!ignoreSpace && needed > Bytes)
        {
            throw CommandException.Failed(string.Create(
                CultureInfo.InvariantCulture,
                $"'{ArchiveFile.Escape(Directory)}' has {ProgressDisplay.Size(Bytes.Value)} free, but at least {ProgressDisplay.Size(needed)} will be stored there; --ignore-space tries it all the same"));
        }
    }
}
