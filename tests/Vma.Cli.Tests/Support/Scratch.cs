// SPDX-License-Identifier: MIT

namespace Vma.Cli.Tests.Support;

/// <summary>A directory for one test, gone when it is over.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly List<string> _mounts = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("vma-test-").FullName;

    /// <summary>A path in it; nothing is made.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>What is in it, by name.</summary>
    public string[] Entries => Names(Path);

    public static string[] Names(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal)];

    public string File(string name, params byte[] content)
    {
        System.IO.File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Fifo(string name)
    {
        Native.MakeFifo(this[name]);
        return this[name];
    }

    /// <summary>A file system in memory, of this size; the test is skipped where none can be mounted.</summary>
    public string Mount(string name, string options)
    {
        string path = Directory.CreateDirectory(this[name]).FullName;
        bool done = VmaCall.Shell("exec mount -t tmpfs -o \"$1\" tmpfs \"$2\"", options, path).Run().ExitCode == 0;
        Assert.SkipUnless(done, "needs to mount a small tmpfs, which only root may");
        _mounts.Add(path);
        return path;
    }

    /// <summary>A directory in which nothing can be made, not even by root.</summary>
    public string ReadOnlyDirectory() => Native.IsRoot ? Mount("readonly", "ro,size=64k") : Directory.CreateDirectory(this["readonly"], UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;

    public void Dispose()
    {
        _mounts.ForEach(path => VmaCall.Shell("umount -l \"$1\"", path).Run());
        Directory.Delete(Path, recursive: true);
    }
}
