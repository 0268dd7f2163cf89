// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.EndToEnd.Support;

/// <summary>A disk that a process of its own gives to a guest over vhost-user, so that the guest's QEMU knows nothing of its content.</summary>
internal sealed class DiskOfAnotherProcess : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vma-v").FullName;
    private readonly Process _process;

    public DiskOfAnotherProcess()
    {
        string image = Path.Combine(_directory, "other.raw");
        using (FileStream raw = File.Create(image))
        {
            raw.SetLength(1 << 20);
        }

        _process = Process.Start("qemu-storage-daemon",
        [
            "--blockdev", $"driver=file,filename={image},node-name=other",
            "--export", $"type=vhost-user-blk,id=other,node-name=other,writable=on,addr.type=unix,addr.path={Socket}",
        ]);
        long start = Stopwatch.GetTimestamp();
        while (!File.Exists(Socket))
        {
            Assert.True(!_process.HasExited && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "qemu-storage-daemon does not listen");
            Thread.Sleep(20);
        }
    }

    /// <summary>What a QEMU with 128 MiB of memory needs to have the disk, as the device <c>other</c>: the other process sees its memory.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "-object", "memory-backend-memfd,id=shared,size=128M,share=on", "-machine", "memory-backend=shared",
        "-chardev", $"socket,id=other,path={Socket}", "-device", "vhost-user-blk-pci,id=other,chardev=other",
    ];

    private string Socket => Path.Combine(_directory, "s");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
