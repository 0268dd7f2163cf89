// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary>Three raw disks of odd sizes, with a config, and an archive of them.</summary>
internal sealed class Machine : IDisposable
{
    /// <summary>The disks' names in the archive; their files are called so too.</summary>
    public static readonly string[] Disks = ["drive-scsi0", "drive-scsi1", "b"];

    /// <param name="sizeInMegabytes">How large the largest disk is.</param>
    public Machine(int sizeInMegabytes = 2)
    {
        Scratch.File("drive-scsi0.raw", Images.Striped((sizeInMegabytes << 20) + 3 * 512));
        Images.Sparse(Scratch["drive-scsi1.raw"], (40 << 20) + 512, 17 << 20);
        Scratch.File("b.raw", Images.Noise(70_001));
        Scratch.File("qemu-server.conf", "name: guest\nmemory: 2048\ncores: 2\nscsi0: local:vm-1-disk-0,size=2M\nscsi1: local:vm-1-disk-1\n"u8.ToArray());
        Directory.CreateDirectory(Temporary);
        Run("create", "a.vma", "-c", "qemu-server.conf", "-d", "format=raw:drive-scsi0=drive-scsi0.raw", "-d", "format=raw:drive-scsi1=drive-scsi1.raw", "-d",
            "format=raw:b=b.raw").Succeeded();
    }

    public Scratch Scratch { get; } = new();

    public string this[string name] => Scratch[name];

    /// <summary>Where the command makes its private directories.</summary>
    public string Temporary => Scratch["t"];

    public VmaResult Run(params string[] arguments) => new VmaCall(arguments) { Directory = Scratch.Path }.Run();

    /// <summary>A shell script in the directory; it must succeed.</summary>
    public string Shell(string script) => new VmaCallInShell(script, Scratch.Path).Run().Succeeded().Output;

    /// <summary>Whether each image holds what its disk does.</summary>
    public void AssertSame(string directory, string format, string extension, params string[] disks)
    {
        foreach (string disk in disks.Length > 0 ? disks : Disks)
        {
            Shell($"qemu-img compare -f {format} -F raw '{directory}/disk-{disk}{extension}' {disk}.raw");
        }
    }

    /// <summary>Nothing of a command stays behind: no process, no private directory.</summary>
    public void AssertGone()
    {
        var watch = Stopwatch.StartNew();
        while (Processes().FirstOrDefault() is { } left)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"still there: {left}");
            Thread.Sleep(2);
        }

        while (Directory.EnumerateFileSystemEntries(Temporary).FirstOrDefault() is { } left)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"still there: {left}");
            Thread.Sleep(2);
        }
    }

    public void Dispose() => Scratch.Dispose();

    private IEnumerable<string> Processes()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc")
            .Where(one => int.TryParse(Path.GetFileName(one), CultureInfo.InvariantCulture, out _)))
        {
            string command = string.Empty;
            try
            {
                command = File.ReadAllText($"{directory}/cmdline").Replace('\0', ' ');
            }
            catch (IOException)
            {
                // The process has ended.
            }

            if (command.Contains(Scratch.Path, StringComparison.Ordinal))
            {
                yield return command;
            }
        }
    }
}

/// <summary>A shell script in a directory, with its private directories below it.</summary>
internal sealed class VmaCallInShell(string script, string directory)
{
    public VmaResult Run() => VmaCall.Shell("cd \"$1\"; TMPDIR=\"$1/t\"; export TMPDIR; eval \"$2\"", directory, script).Run();

    public VmaProcess Start() => VmaCall.Shell("cd \"$1\"; TMPDIR=\"$1/t\"; export TMPDIR; eval \"$2\"", directory, script).Start();
}
