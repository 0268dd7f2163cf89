// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Disks;

/// <summary>How much room there is where something will be written.</summary>
/// <param name="Directory">The nearest directory on the way there that exists.</param>
/// <param name="Bytes">What is free; null when that cannot be known.</param>
internal sealed record FreeSpace(string Directory, long? Bytes)
{
    private const int WriteAndSearch = 2 | 1; // W_OK | X_OK

    public static FreeSpace At(string path)
    {
        string directory = Path.GetFullPath(path);
        while (!System.IO.Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } parent)
        {
            directory = parent;
        }

        // A file system that is not made for files, such as /proc, has no size.
        long? bytes = null;
        Doing.Try(() => bytes = new DriveInfo(directory) is { TotalSize: > 0 } drive ? drive.AvailableFreeSpace : null);
        return new FreeSpace(directory, bytes);
    }

    /// <summary>The room beside a file.</summary>
    public static FreeSpace Beside(string file) => At(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");

    /// <summary>Whether anything can be made there.</summary>
    public bool IsWritable => LibC.Access(Directory, WriteAndSearch) == 0;

    /// <summary>Refuses what surely does not fit, or cannot be written for lack of rights.</summary>
    public void ThrowIfTooSmall(string path, long needed, bool ignoreSpace)
    {
        CommandException.FailIf(!IsWritable,
            $"cannot write '{EscapedText.Of(path)}': '{EscapedText.Of(Directory)}' is read-only, or you have no right to write to it");

        if (!ignoreSpace && needed > Bytes)
        {
            throw CommandException.Failed(
                $"'{EscapedText.Of(path)}' would take at least {SizeText.Of(needed)}, but only {SizeText.Of(Bytes.Value)} are free there; "
                + "--ignore-space tries it all the same");
        }
    }
}
