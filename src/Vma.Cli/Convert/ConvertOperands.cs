// SPDX-License-Identifier: MIT

using Vma.Cli.ArchiveFromDisks;
using Vma.Cli.Archives;
using Vma.Cli.Disks;
using Vma.Posix;

namespace Vma.Cli.Convert;

/// <summary>What the operands of <c>convert</c> are.</summary>
internal static class ConvertOperands
{
    /// <summary>Whether OUT is a directory: it is one, or ends like one.</summary>
    public static bool IsDirectory(string output) => output.EndsWith('/') || FileStatus.KindOf(output) == FileKind.Directory;

    /// <summary>The one archive among the inputs.</summary>
    public static string ArchiveAmong(string[] inputs)
    {
        if (inputs.Length > 1 || (inputs[0] != StandardStreams.Input && FileStatus.KindOf(inputs[0]) is FileKind.Directory or FileKind.BlockDevice))
        {
            throw CommandException.Usage("into a directory goes one archive; to change the format of images use qemu-img convert");
        }

        return inputs[0];
    }

    /// <summary>The request with the disks and configs that the inputs are.</summary>
    public static CreateRequest ReadImages(string[] inputs, string[] configs, CreateRequest request)
    {
        if (inputs is [var only] && (only == StandardStreams.Input || LooksLikeArchive(only)))
        {
            throw CommandException.Usage($"{ArchiveFile.DisplayName(only)} is an archive, and so is OUT: vma repack does that; a directory ends in a slash");
        }

        if (inputs is [var directory] && FileStatus.KindOf(directory) == FileKind.Directory)
        {
            (string[] drives, string[] found) = ReadDirectory(directory);
            return request with { Drives = drives, Configs = [.. found, .. configs] };
        }

        return request with { Drives = inputs, Configs = configs };
    }

    /// <summary>Disks by the names that <c>extract</c> gives them; everything else is a config.</summary>
    private static (string[] Drives, string[] Configs) ReadDirectory(string directory)
    {
        List<string> drives = [], configs = [];
        foreach (string path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            CommandException.FailIf(FileStatus.KindOf(path) != FileKind.Regular, $"'{EscapedText.Of(path)}' is neither a disk nor a config");

            if (name == RestoredNames.MemoryState)
            {
                drives.Add($"format={DiskFormats.Raw}:vmstate={path}");
            }
            else if (name.StartsWith(RestoredNames.DiskPrefix, StringComparison.Ordinal) && DiskFormats.ByName(name) is { } format)
            {
                // The name says the format here: extract gave it, and a guest could have written anything into a raw disk.
                drives.Add($"format={format}:{Path.GetFileNameWithoutExtension(name)[RestoredNames.DiskPrefix.Length..]}={path}");
            }
            else
            {
                configs.Add(path);
            }
        }

        return ([.. drives], [.. configs]);
    }

    private static bool LooksLikeArchive(string path)
    {
        if (FileStatus.KindOf(path) != FileKind.Regular)
        {
            return false;
        }

        try
        {
            using VmaReader reader = ArchiveFile.Open(path, new VmaReaderOptions());
            return true;
        }
        catch (Exception other) when (other is CommandException or NotSupportedException || SystemFailure.Is(other))
        {
            return false;
        }
    }
}
