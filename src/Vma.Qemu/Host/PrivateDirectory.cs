// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Qemu.Host;

/// <summary>A new directory that only we can enter. It is removed when we end, however we end.</summary>
internal sealed class PrivateDirectory : IDisposable
{
    private const int RoomForNames = 16;
    private const uint OwnerOnly = 0x1c0; // 0700
    private readonly SupervisedProcess _remover;

    public PrivateDirectory()
    {
        string name = $"vma-{Guid.NewGuid():N}";
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), name);
        Path = System.Text.Encoding.UTF8.GetByteCount(path) + RoomForNames <= UnixSocket.MaxPath ? path : $"/tmp/{name}";

        // Started before the directory is made, so that there is no moment in which we could leave it behind.
        _remover = SupervisedProcess.StartRemoving(Path);
        try
        {
            ChildProcess.Check(LibC.MakeDirectory(Path, OwnerOnly));
        }
        catch (IOException failure)
        {
            _remover.Dispose();
            throw new QemuException($"no directory for a socket can be made in '{System.IO.Path.GetDirectoryName(Path)}': {failure.Message}", failure);
        }
    }

    public string Path { get; }

    public void Dispose() => _remover.Dispose();
}
