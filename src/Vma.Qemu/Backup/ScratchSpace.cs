// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;
using Vma.Posix;
using Vma.Qemu.Images;

namespace Vma.Qemu.Backup;

/// <summary>
/// Files that take what the guest overwrites until it is read. They have no name, and only their owner can read them: they are gone when QEMU and we
/// let go of them, however we end. Where open files cannot be passed they keep their names until the end.
/// </summary>
internal sealed class ScratchSpace(string directory, long? limit, bool named) : IDisposable
{
    private const long Reserve = 64L << 20;

    private readonly List<(SafeFileHandle Handle, string Path)> _files = [];

    /// <summary>Makes a file that holds an empty image of <paramref name="size"/> bytes.</summary>
    public (SafeFileHandle Handle, string Path) Create(long size)
    {
        string path = Path.Combine(directory, $".vma-scratch-{Guid.NewGuid():N}");
        try
        {
            SafeFileHandle handle = PrivateFile.CreateHandle(path);
            _files.Add((handle, path));
            using var stream = new FileStream(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.ReadWrite, bufferSize: 0);
            Qcow2Image.Write(stream, size);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"cannot make a scratch file in '{directory}': {failure.Message}", failure);
        }
        finally
        {
            if (!named)
            {
                File.Delete(path);
            }
        }

        return _files[^1];
    }

    /// <summary>Why no more may come in, or null as long as there is room.</summary>
    public string? Full()
    {
        long used = _files.Sum(file => FileStatus.UsedBytes(file.Handle));
        if (used > limit)
        {
            return $"the scratch space took more than its limit of {limit} bytes: the guest overwrites faster than the archive is written";
        }

        (long free, long total) = FreeBytes();
        return free < Math.Min(Reserve, total / 16)
            ? $"the scratch space in '{directory}' is full: the guest overwrites faster than the archive is written" : null;
    }

    /// <summary>How large one of the files may get before QEMU should say so; null when it is not limited.</summary>
    public long? Threshold => limit;

    private (long Free, long Total) FreeBytes()
    {
        try
        {
            var drive = new DriveInfo(directory);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (long.MaxValue, long.MaxValue);
        }
    }

    public void Dispose()
    {
        foreach ((SafeFileHandle handle, string path) in _files)
        {
            handle.Dispose();
            if (named)
            {
                File.Delete(path);
            }
        }

        _files.Clear();
    }
}
