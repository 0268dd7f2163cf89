// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Sockets;
using Vma.Posix;
using Vma.Qemu.Host;
using Vma.Qemu.Images;
using Vma.Qemu.Tests.Images;

namespace Vma.Qemu.Tests.Host;

/// <summary>What a program in a sandbox can open, where the kernel has Landlock.</summary>
public sealed class SandboxTests
{
    private const string NoLandlock = "the kernel has no Landlock";

    [Theory]
    [InlineData(1, 0x1fff)]
    [InlineData(2, 0x3fff)]
    [InlineData(3, 0x7fff)]
    [InlineData(4, 0x7fff)]
    [InlineData(5, 0xffff)]
    [InlineData(7, 0xffff)]
    public void An_older_kernel_is_asked_only_for_what_it_knows(int version, int rights) => Assert.Equal((ulong)rights, Landlock.FileRightsOf(version));

    [Fact]
    public void A_program_reads_the_files_that_are_named_and_no_others()
    {
        Assert.SkipUnless(Sandbox.IsKept, NoLandlock);
        using var workshop = new Workshop();
        string named = workshop.File("named", "open"u8.ToArray()), secret = workshop.File("secret", "closed"u8.ToArray());
        Assert.Equal((0, "open"), Run([named], [], $"cat {named}"));
        Assert.Equal((1, string.Empty), Run([named], [], $"cat {secret} 2>/dev/null"));
        Assert.Equal((1, string.Empty), Run([named], [], $"ls {workshop.Path} 2>/dev/null || exit 1"));
        Assert.Equal((1, "closed"), (Run([named], [], $"echo x 2>/dev/null > {named} || exit 1").Code, File.ReadAllText(secret)));
        Assert.Equal("open", File.ReadAllText(named));
        Assert.Equal((0, "closed"), Run([named, secret], [], $"cat {secret}"));
    }

    [Fact]
    public void A_program_writes_the_files_that_are_named_for_that_and_makes_none()
    {
        Assert.SkipUnless(Sandbox.IsKept, NoLandlock);
        using var workshop = new Workshop();
        string named = workshop.File("named", "old"u8.ToArray());
        Assert.Equal((0, string.Empty), Run([], [named], $"echo new > {named}"));
        Assert.Equal("new\n", File.ReadAllText(named));
        Assert.NotEqual(0, Run([], [named], $"echo new 2>/dev/null > {workshop["other"]}").Code);
        Assert.NotEqual(0, Run([], [named], $"rm {named} 2>/dev/null").Code);
        Assert.Equal(["named"], Scratch.Names(workshop.Path));
    }

    [Fact]
    public void What_starts_a_program_in_a_sandbox_is_in_none_itself()
    {
        using var workshop = new Workshop();
        string secret = workshop.File("secret", "closed"u8.ToArray());
        for (int i = 0; i < 20; i++)
        {
            Run([], [], "true");
        }

        Assert.All(Enumerable.Range(0, 50).AsParallel().WithDegreeOfParallelism(8), _ => Assert.Equal("closed", File.ReadAllText(secret)));
        using SupervisedProcess free = SupervisedProcess.Start(["/bin/cat", secret]);
        Assert.Equal("closed"u8.ToArray(), free.WaitForOutput(CancellationToken.None));
    }

    [Fact]
    public void A_program_in_a_sandbox_connects_to_nothing()
    {
        Assert.SkipUnless(Sandbox.IsKept, NoLandlock);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string connect = $": 2>/dev/null < /dev/tcp/127.0.0.1/{((IPEndPoint)listener.LocalEndpoint).Port}";
        Assert.NotEqual(0, Run([], [], connect, "/bin/bash").Code);
        using SupervisedProcess free = SupervisedProcess.Start(["/bin/bash", "-c", connect]);
        free.WaitForOutput(CancellationToken.None);
        Assert.Equal(0, free.End(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("qemu-img create -q -f qcow2 -o data_file=$PWD/other,data_file_raw=on x 1M; yes secret | head -c 1M > other")]
    [InlineData("yes secret | head -c 1M > other; qemu-img create -q -f qcow2 -b other -F raw x")]
    [InlineData("yes secret | head -c 1M > other; " +
        "printf '# Disk DescriptorFile\\nversion=1\\nCID=1\\nparentCID=ffffffff\\ncreateType=\"monolithicFlat\"\\nRW 16 FLAT \"other\" 0\\n' > x")]
    public void Without_any_check_before_it_QEMU_still_opens_only_what_is_named(string make)
    {
        Assert.SkipUnless(Sandbox.IsKept, NoLandlock);
        using var workshop = new Workshop();
        workshop.Run(make);
        string image = workshop["x"], tool = QemuTool.Locate(QemuTool.Image), copy = workshop.File("copy", []);
        string[] command = ["convert", "-n", "-O", "raw", image, copy];
        QemuException denied = Assert.Throws<QemuException>(() =>
            QemuTool.RunImage(command, new ShownName(image, image), new Sandbox(tool, [image], [copy]), CancellationToken.None));
        Assert.Contains("Permission denied", denied.Message, StringComparison.Ordinal);
        workshop.Run("truncate -s 1M copy");
        QemuTool.RunImage(command, new ShownName(image, image), new Sandbox(tool, [image, workshop["other"]], [copy]), CancellationToken.None);
        Assert.StartsWith("secret", File.ReadAllText(copy), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_that_opens_an_image_is_in_a_sandbox()
    {
        Assert.SkipUnless(Sandbox.IsKept, NoLandlock);
        using var workshop = new Workshop();
        using QemuImageDisk disk = QemuImageDisk.OpenWrite(QemuImage.Create(workshop["a.qcow2"], "qcow2", 1 << 20));
        string[] ours = [.. Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)).Select(process =>
            Tool.Try("cat", $"{process}/cmdline", $"{process}/status").Output).Where(text => text.Contains(workshop["a.qcow2"], StringComparison.Ordinal))];
        Assert.NotEmpty(ours);
        Assert.All(ours, status => Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal));
    }

    private static (int Code, string Output) Run(string[] read, string[] write, string script, string shell = "/bin/sh")
    {
        using SupervisedProcess process = SupervisedProcess.Start([shell, "-c", script], sandbox: new Sandbox(shell, read, write));
        byte[] output = process.WaitForOutput(CancellationToken.None);
        return (process.End(TimeSpan.FromSeconds(10)), System.Text.Encoding.UTF8.GetString(output));
    }
}
