// SPDX-License-Identifier: MIT

namespace Vma.Tests.Support;

/// <summary>An archive as a file, which readers read at any place and not only forward.</summary>
internal static class FileCopy
{
    /// <summary>A new file with these bytes, in memory where there is a place for that; it goes with the stream.</summary>
    public static FileStream Of(byte[] archive)
    {
        string directory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var file = new FileStream(Path.Combine(directory, $"vma-tests-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            bufferSize: 0, FileOptions.DeleteOnClose);
        file.Write(archive);
        file.Position = 0;
        return file;
    }
}
