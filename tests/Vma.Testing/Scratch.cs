// SPDX-License-Identifier: MIT

namespace Vma.Testing;

/// <summary>A directory for one test, gone when it is over. Its path is short enough for sockets.</summary>
public class Scratch : IDisposable
{
    private readonly List<string> _mounts = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("vma-test-").FullName;

    /// <summary>A path in it; nothing is made.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>What is in it, by name.</summary>
    public string[] Entries => Names(Path);

    public static string[] Names(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory).Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal)];

    public string File(string name, params byte[] content)
    {
        System.IO.File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Fifo(string name)
    {
        Tool.Call("mkfifo", "-m", "600", this[name]);
        return this[name];
    }

    /// <summary>A file system in memory, of this size; the test is skipped where none can be mounted.</summary>
    public string Mount(string name, string options)
    {
        string path = Directory.CreateDirectory(this[name]).FullName;
        bool done = Tool.Try("mount", "-t", "tmpfs", "-o", options, "tmpfs", path).Code == 0;
        Assert.SkipUnless(done, "needs to mount a small tmpfs, which only root may");
        _mounts.Add(path);
        return path;
    }

    /// <summary>A directory in which nothing can be made, not even by root.</summary>
    public string ReadOnlyDirectory() => Environment.IsPrivilegedProcess
        ? Mount("readonly", "ro,size=64k")
        : Directory.CreateDirectory(this["readonly"], UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;

    /// <summary>The command lines of processes that were given a path in here.</summary>
    public List<string> Processes()
    {
        List<string> found = [];
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(System.IO.Path.GetFileName(path)[0])))
        {
            try
            {
                string command = System.IO.File.ReadAllText($"{process}/cmdline").Replace('\0', ' ');
                if (command.Contains(Path, StringComparison.Ordinal))
                {
                    found.Add(command);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // The process has ended.
            }
        }

        return found;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _mounts.ForEach(path => Tool.Try("umount", "-l", path));
        Directory.Delete(Path, recursive: true);
    }
}
