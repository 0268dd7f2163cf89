// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Vma.Failures;
using Vma.Posix;

namespace Vma.Nbd.Wire;

/// <summary>A file beside a socket's, locked as long as a server looks what is in the socket's place and makes its own there. It is gone afterwards.</summary>
internal sealed class SocketLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FileStream _file;

    private SocketLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock. Null where no file can be made; no socket can be either, and the system says why when it is tried.</summary>
    /// <exception cref="IOException">Another process keeps the lock.</exception>
    public static SocketLock? Take(string socketPath)
    {
        string path = socketPath + ".lock";
        for (long start = Stopwatch.GetTimestamp(); ; Thread.Sleep(Pause))
        {
            try
            {
                FileStream file = PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (FileStatus.IdentityOf(path) == FileStatus.IdentityOf(file.SafeFileHandle))
                {
                    return new SocketLock(file);
                }

                // The last owner has removed it since it was opened.
                file.Dispose();
            }
            catch (IOException failure) when (failure.HResult == LibC.WouldBlock)
            {
                if (Stopwatch.GetElapsedTime(start) > Patience)
                {
                    throw new IOException($"Cannot listen on '{socketPath}': another process has '{path}' locked", failure);
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    public void Dispose()
    {
        // Else an empty file stays, which the next server locks.
        Attempt.Quietly(() => File.Delete(_file.Name), failure => failure is IOException or UnauthorizedAccessException);

        _file.Dispose();
    }
}
