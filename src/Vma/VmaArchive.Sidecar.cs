// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Vma.Compression;
using Vma.Compression.Formats;
using Vma.Disks;
using Vma.Indexing.Stored;
using Vma.Input;
using Vma.Posix;

namespace Vma;

/// <content>Seekable copies of archives that cannot be read at any place.</content>
public sealed partial class VmaArchive
{
    /// <summary>
    /// Keeps seekable copies of archives that cannot be read at any place, in a cache folder. A copy's name is made of what tells an archive's file from
    /// every other one, and from itself before it was written to. A process writes a copy beside its name, and locks it: without a lock, its maker has died.
    /// </summary>
    private static class Sidecar
    {
        /// <summary>How much of the archive's start and end its copy's name depends on.</summary>
        private const int HashedLength = 1 << 20;

        /// <summary>The archive's copy, made when there is none.</summary>
        public static FileStream Open(
            FileStream archive, string directory, long memory, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
        {
            CopyOutput.Naming(directory, () => PrivateFile.CreateDirectory(directory));
            string name = NameOf(archive, memory);
            string path = Path.Combine(directory, name);
            if (TryOpen(path) is { } ready)
            {
                return ready;
            }

            CopyOutput.Naming(directory, () => PartialFiles.RemoveDead(directory, name));
            ThrowIfTooSmall(directory, archive.Length);
            Make(archive, path, memory, progress, cancellationToken);
            return TryOpen(path) ?? throw new IOException($"'{path}' is not the copy that was written there");
        }

        private static string NameOf(FileStream archive, long memory)
        {
            archive.Position = 0;
            using var reader = new VmaReader(archive, new VmaReaderOptions { DecoderMemory = memory }, leaveOpen: true);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(FileStatus.VersionOf(archive.SafeFileHandle));
            hash.AppendData(BitConverter.GetBytes(File.GetLastWriteTimeUtc(archive.SafeFileHandle).Ticks));
            var part = new byte[Math.Min(HashedLength, archive.Length)];
            foreach (long offset in (long[])[0, archive.Length - part.Length])
            {
                hash.AppendData(part, 0, RandomAccess.Read(archive.SafeFileHandle, part, offset));
            }

            return $"{reader.Manifest.Uuid}-{archive.Length:x}-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}.vma.zst";
        }

        /// <summary>The copy is compressed too, so it takes about as much as the archive.</summary>
        private static void ThrowIfTooSmall(string directory, long needed)
        {
            long free = long.MaxValue;
            CopyOutput.Naming(directory, () => free = new DriveInfo(directory) is { TotalSize: > 0 } drive ? drive.AvailableFreeSpace : free);
            if (needed > free)
            {
                throw new IOException(
                    $"the seekable copy needs about {Mebibytes(needed)} MiB in '{directory}', and {free >> 20} MiB are free there");
            }
        }

        private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;

        /// <summary>Opens a copy; null when there is none, or it is not whole.</summary>
        private static FileStream? TryOpen(string path)
        {
            try
            {
                const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
                var copy = new FileStream(path, FileMode.Open, FileAccess.Read, Shared, bufferSize: 0, FileOptions.RandomAccess);
                if (FrameTable.FromSeekTable(new SeekableInput(copy, 0), CompressionFormat.Zstd) is not null)
                {
                    return copy;
                }

                copy.Dispose();
            }
            catch (FileNotFoundException)
            {
            }

            return null;
        }

        private static void Make(
            FileStream archive, string path, long memory, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
        {
            string partial = PartialFiles.NameFor(path);
            using FileStream output = CopyOutput.Naming(partial, () => PrivateFile.Create(partial, FileAccess.ReadWrite, FileShare.None));
            try
            {
                archive.Position = 0;
                var options = new VmaRepackOptions { Compression = VmaCompression.Zstd(1), KeepOrder = true, DecoderMemory = memory };
                VmaRepack.Run(archive, new CopyOutput(output), options, progress, cancellationToken);
                CopyOutput.Naming(partial, () => output.Flush(flushToDisk: true));
                if (Path.GetFileName(path) != NameOf(archive, memory))
                {
                    throw new IOException("the archive was changed while its copy was made");
                }

                CopyOutput.Naming(path, () => Publish(partial, path));
            }
            catch
            {
                File.Delete(partial);
                throw;
            }
        }

        /// <summary>A whole copy that another maker has put there meanwhile is as good; one that is not whole is replaced.</summary>
        private static void Publish(string partial, string path)
        {
            if (FinalName.TryGive(partial, path))
            {
                return;
            }

            using FileStream? other = TryOpen(path);
            if (other is null)
            {
                File.Move(partial, path, overwrite: true);
            }
            else
            {
                File.Delete(partial);
            }
        }
    }
}
