// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vma.Posix;

namespace Vma.Qemu.Images.Headers;

/// <summary>A file that is an image, or a part of one, looked at before any tool is.</summary>
internal static class ImageFile
{
    /// <summary>Keeps a colon in a path from being taken for the end of a protocol's name.</summary>
    public const string FilePrefix = "file:";

    private const int ReadWithoutWaiting = 0x800 | 0x80000; // O_RDONLY | O_NONBLOCK | O_CLOEXEC

    /// <summary>The first bytes of a file or block device.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="range">The part of it that is meant; null for all of it.</param>
    /// <param name="most">How many bytes at most. The default is as many as an image's header can take.</param>
    /// <exception cref="QemuException">It cannot be opened, or is neither.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadStart(string path, VmaByteRange? range = null, int most = ImageHeader.Length)
    {
        if (FileStatus.KindOf(path) is FileKind.Passage or FileKind.Directory)
        {
            // Not even opened: a FIFO's writer would see that, and some devices do something then.
            throw new QemuException($"'{path}' is neither a file nor a block device");
        }

        int descriptor = LibC.Open(path, ReadWithoutWaiting);
        if (descriptor < 0)
        {
            throw new QemuException($"Could not open '{path}': {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        long offset = range?.Offset ?? 0, length = range?.Length ?? LibC.Seek(file, 0, LibC.SeekEnd);
        var start = new byte[Math.Clamp(length, 0, most)];
        int read = 0;
        for (int count = -1; read < start.Length && count != 0; read += count)
        {
            count = RandomAccess.Read(file, start.AsSpan(read), offset + read);
        }

        return start[..read];
    }

    /// <summary>
    /// The path of a file that an image names. It must be a file: a FIFO could keep a tool waiting for ever, and a device do anything. A name that QEMU
    /// would take for a protocol's is refused.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What it names; a relative path is one beside it.</param>
    /// <exception cref="QemuException">It is refused; the message names both.</exception>
    public static string Named(string image, string name)
    {
        string local = LocalPath(image, name);
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(image))!, local);
        return FileStatus.KindOf(path) switch
        {
            FileKind.Regular => path,
            FileKind.None => throw new QemuException($"'{image}' names '{path}' as a file that it needs: No such file or directory"),
            _ => throw new QemuException($"'{image}' names '{path}' as a file that it needs, which is no file; vma opens no device, FIFO or directory that "
                + "only an image names; serve the image with qemu-nbd and give its NBD URI if you want that"),
        };
    }

    /// <summary>QEMU takes what stands before a colon for a protocol, unless a slash comes first.</summary>
    private static string LocalPath(string image, string name)
    {
        if (name.StartsWith(FilePrefix, StringComparison.Ordinal))
        {
            name = name[FilePrefix.Length..];
        }
        else if (name.AsSpan().IndexOfAny(':', '/') is >= 0 and var end && name[end] == ':')
        {
            throw new QemuException($"'{image}' names '{name}' as a file that it needs; only local files are followed");
        }

        return name.Length > 0 && !name.Contains('\0') ? name : throw new QemuException($"'{image}' names a file that can have no such name");
    }
}
