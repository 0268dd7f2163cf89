// SPDX-License-Identifier: MIT

using Vma.Compression;
using Vma.Compression.Formats;
using Vma.Input;

namespace Vma;

/// <content>Seekable copies of archives that cannot be read at any place.</content>
public sealed partial class VmaArchive
{
    /// <summary>
    /// Keeps seekable copies of archives that cannot be read at any place, in a cache folder. A copy's name is made of the archive's identity, size and
    /// time, so that a copy of an archive that has changed since is never found. A process writes a copy beside its name, and locks it: without a lock,
    /// its maker has died.
    /// </summary>
    private static class Sidecar
    {
        private const string PartialMark = ".partial-";

        /// <summary>A file may be a moment old before its maker has it locked.</summary>
        private static readonly TimeSpan YoungestDead = TimeSpan.FromMinutes(1);

        private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        /// <summary>The archive's copy, made when there is none.</summary>
        public static FileStream Open(FileStream archive, string directory, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
        {
            MakeDirectory(directory);
            string name = NameOf(archive);
            string path = Path.Combine(directory, name);
            if (TryOpen(path) is { } ready)
            {
                return ready;
            }

            RemoveDead(directory, name);
            Make(archive, path, progress, cancellationToken);
            return TryOpen(path) ?? throw new IOException($"'{path}' is not the copy that was written there");
        }

        private static string NameOf(FileStream archive)
        {
            archive.Position = 0;
            using var reader = new VmaReader(archive, leaveOpen: true);
            long time = File.GetLastWriteTimeUtc(archive.SafeFileHandle).Ticks;
            return $"{reader.Manifest.Uuid}-{archive.Length:x}-{time:x}.vma.zst";
        }

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

        private static void Make(FileStream archive, string path, IProgress<VmaProgress>? progress, CancellationToken cancellationToken)
        {
            string partial = $"{path}{PartialMark}{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var output = new FileStream(partial, options);
            try
            {
                archive.Position = 0;
                VmaRepack.Run(archive, output, new VmaRepackOptions { Compression = VmaCompression.Zstd(1), KeepOrder = true }, progress, cancellationToken);
                output.Flush(flushToDisk: true);
                if (Path.GetFileName(path) != NameOf(archive))
                {
                    throw new IOException("the archive was changed while its copy was made");
                }

                File.Move(partial, path, overwrite: true);
            }
            catch (ArgumentOutOfRangeException)
            {
                // What the framework makes of EFBIG.
                File.Delete(partial);
                throw new IOException($"'{Path.GetDirectoryName(path)}' takes no file of that size");
            }
            catch
            {
                File.Delete(partial);
                throw;
            }
        }

        /// <summary>Removes what makers that were killed have left. A maker at work holds a lock, and is left alone.</summary>
        private static void RemoveDead(string directory, string name)
        {
            foreach (string partial in Directory.EnumerateFiles(directory, $"{name}{PartialMark}*"))
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

        private static void MakeDirectory(string directory)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                // What is in a backup is for its owner's eyes alone.
                Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            }
        }
    }
}
