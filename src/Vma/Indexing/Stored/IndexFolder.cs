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
            SafeFileHandle file = File.OpenHandle(PathOf(archive, input), FileMode.Open, FileAccess.Read, Shared, FileOptions.RandomAccess);
            return StoredIndex.TryOpen(file, input, ArchiveIdentity.Of(input));
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// A file for the index of an archive; one without a name, which is gone when it is closed, where nothing can be kept.
    /// </summary>
    public IndexOutput Create(FileStream? archive, SeekableInput input)
    {
        if (directory is not null && archive is not null)
        {
            try
            {
                PrivateFile.CreateDirectory(directory);
                MakeRoom();
                string path = PathOf(archive, input);
                return new IndexOutput(PrivateFile.Create(PartialFiles.NameFor(path), FileAccess.ReadWrite, FileShare.None), path);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // The index helps this process as well from a file of its own.
            }
        }

        string temporary = Path.Combine(Path.GetTempPath(), $"vma-index-{Guid.NewGuid():N}");
        return new IndexOutput(PrivateFile.Create(temporary, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose), final: null);
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

    private string PathOf(FileStream archive, SeekableInput input)
    {
        ArchiveIdentity identity = ArchiveIdentity.Of(input);
        var ends = new byte[24];
        identity.Write(ends);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(FileStatus.VersionOf(archive.SafeFileHandle));
        hash.AppendData(BitConverter.GetBytes(File.GetLastWriteTimeUtc(archive.SafeFileHandle).Ticks));
        hash.AppendData(ends);
        return Path.Combine(directory!, $"{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}{Extension}");
    }
}

/// <summary>The file of an index that is made.</summary>
/// <param name="file">The file, which is closed with this.</param>
/// <param name="final">The name that it gets when it is whole; null where it gets none.</param>
internal sealed class IndexOutput(FileStream file, string? final) : IDisposable
{
    private bool _isPublished;

    public SafeFileHandle Handle => file.SafeFileHandle;

    /// <summary>Gives a whole index its name; it stays open.</summary>
    public void Publish()
    {
        if (final is not null && !FinalName.TryGive(file.Name, final))
        {
            // Another maker was there before; its index is as good.
            File.Delete(file.Name);
        }

        _isPublished = final is not null;
    }

    public void Dispose()
    {
        file.Dispose();
        if (final is not null && !_isPublished)
        {
            File.Delete(file.Name);
        }
    }
}
