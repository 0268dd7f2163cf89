// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vma.Input;
using Vma.Posix;

namespace Vma.Indexing.Stored;

/// <summary>
/// Keeps indexes in a folder that is its owner's alone. An index has the name of what tells its archive from every other one, and from itself before it was
/// written to. A process writes an index beside its name, and locks it: without a lock, its maker has died.
/// </summary>
/// <param name="directory">The folder; null where nothing is kept.</param>
internal sealed class IndexFolder(string? directory)
{
    private const string Extension = ".idx";

    /// <summary>How many bytes the indexes of a folder may take: those of some 500 GiB of plain archives. The oldest go first.</summary>
    private const long MostBytes = 4L << 30;

    /// <summary>The index of an archive; null when there is none that is whole.</summary>
    public StoredIndex? TryOpen(FileStream archive, SeekableInput input)
    {
        if (directory is null)
        {
            return null;
        }

        try
        {
            const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
            ArchiveIdentity identity = ArchiveIdentity.Of(input);
            string path = PathOf(archive, identity);
            SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, Shared, FileOptions.RandomAccess);
            StoredIndex? index = StoredIndex.TryOpen(file, identity);
            if (index is null)
            {
                // It would stand in the way of the one that a pass makes.
                File.Delete(path);
            }

            return index;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the index of an archive, which turned out to be wrong; whoever has it open goes on.</summary>
    public void Discard(FileStream archive, SeekableInput input)
    {
        try
        {
            File.Delete(PathOf(archive, ArchiveIdentity.Of(input)));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It is wrong the next time too, and found to be.
        }
    }

    /// <summary>A file for the index of an archive; null where nothing can be kept.</summary>
    public IndexOutput? TryCreate(FileStream? archive, in ArchiveIdentity identity)
    {
        if (directory is null || archive is null)
        {
            return null;
        }

        try
        {
            PrivateFile.CreateDirectory(directory);
            string path = PathOf(archive, identity);
            MakeRoom();
            return new IndexOutput(PrivateFile.Create(PartialFiles.NameFor(path), FileAccess.ReadWrite, FileShare.Read | FileShare.Delete), path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A file without a name, which is gone when it is closed, also by the end of the process.</summary>
    public static IndexOutput CreateTemporary()
    {
        string temporary = Path.Combine(Path.GetTempPath(), $"vma-index-{Guid.NewGuid():N}");
        FileStream file = PrivateFile.Create(temporary, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(temporary);
        }

        return new IndexOutput(file, final: null);
    }

    private void MakeRoom()
    {
        PartialFiles.RemoveDead(directory!, $"*{Extension}");
        long bytes = 0;
        foreach (FileInfo index in new DirectoryInfo(directory!).EnumerateFiles($"*{Extension}").OrderByDescending(static file => file.LastWriteTimeUtc))
        {
            bytes += index.Length;
            if (bytes > MostBytes)
            {
                index.Delete();
            }
        }
    }

    private string PathOf(FileStream archive, in ArchiveIdentity identity)
    {
        var ends = new byte[24];
        identity.Write(ends);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(FileStatus.VersionOf(archive.SafeFileHandle));
        hash.AppendData(BitConverter.GetBytes(File.GetLastWriteTimeUtc(archive.SafeFileHandle).Ticks));
        hash.AppendData(ends);
        return Path.Combine(directory!, $"{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}{Extension}");
    }
}
