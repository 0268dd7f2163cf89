// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using Vma.Qemu.Qmp;

namespace Vma.EndToEnd.Support;

/// <summary>The writing guest as a running domain of a libvirt of its own, which is not root's and ends with the test.</summary>
internal sealed class LibvirtGuest : IDisposable
{
    public const string Domain = "lab";
    private const int Nobody = 65534;

    private readonly Process _daemon;

    /// <summary>Starts it; with files, as a guest with a file system and an agent.</summary>
    public LibvirtGuest(bool files = false)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("vma-l").FullName;
        string configuration = At("home/.config/libvirt");
        System.IO.Directory.CreateDirectory(configuration);
        System.IO.Directory.CreateDirectory(At("run"));
        // Without this, libvirt starts a virtlogd, which stays for minutes.
        File.WriteAllText(Path.Combine(configuration, "qemu.conf"), "stdio_handler = \"file\"\n");
        Tool.Call("qemu-img", "create", "-q", "-f", "qcow2", At("a.qcow2"), Guest.DiskSize.ToString(CultureInfo.InvariantCulture));
        using (FileStream raw = File.Create(At("b.raw")))
        {
            raw.SetLength(Guest.DiskSize);
        }

        if (files)
        {
            Tool.Call("mkfs.ext4", "-q", "-F", At("b.raw"));
        }

        File.Copy(Path.Combine(Guest.Files, "vmlinuz"), At("vmlinuz"));
        File.Copy(Path.Combine(Guest.Files, "initrd.gz"), At("initrd.gz"));
        File.WriteAllText(At("domain.xml"), Xml(files));
        List<string> command = ["env", $"HOME={At("home")}", $"XDG_RUNTIME_DIR={At("run")}", "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "libvirtd"];
        if (Environment.IsPrivilegedProcess)
        {
            // libvirt has a session of its own only for others than root.
            string owner = Nobody.ToString(CultureInfo.InvariantCulture);
            Tool.Call("chown", "-R", owner, Directory);
            command.InsertRange(0, ["setpriv", "--reuid", owner, "--regid", owner, "--clear-groups"]);
        }

        _daemon = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, WorkingDirectory = Directory })!;
        _daemon.ErrorDataReceived += (_, _) => { };
        _daemon.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
        WaitUntil(() => Virsh("version").Code == 0, "answer");
        (int code, _, string errors) = Virsh("create", At("domain.xml"));
        Assert.True(code == 0, errors);
        WaitUntil(() => Serial.Contains("W ", StringComparison.Ordinal) || Serial.Contains("F 50", StringComparison.Ordinal), "boot");
    }

    public string Directory { get; }

    public string Uri => $"qemu+unix:///session?socket={At("run/libvirt/libvirt-sock")}";

    public string Serial => Guest.ReadShared(At("serial.log"));

    public long LastRecord => Guest.RecordsIn(Serial).LastOrDefault();

    public string At(string name) => Path.Combine(Directory, name);

    public VirshMonitor Connect() => VirshMonitor.Connect(Domain, new VirshOptions { ConnectionUri = Uri });

    public (int Code, string Output, string Errors) Virsh(params IEnumerable<string> arguments) =>
        Tool.Try("virsh", ["--quiet", "--connect", Uri, .. arguments]);

    /// <summary>Runs the command as a user whose libvirt is this one.</summary>
    public (int Code, string Output, string Errors) Run(params IEnumerable<string> arguments) =>
        Tool.Try("env", [$"LIBVIRT_DEFAULT_URI={Uri}", Command.Path, .. arguments]);

    public Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Command.Path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["LIBVIRT_DEFAULT_URI"] = Uri;
        return Process.Start(start)!;
    }

    public void WaitForProgress()
    {
        long before = LastRecord;
        WaitUntil(() => LastRecord > before, "write on");
    }

    public void WaitUntil(Func<bool> reached, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!reached())
        {
            if (_daemon.HasExited || watch.Elapsed > TimeSpan.FromSeconds(120))
            {
                throw new InvalidOperationException($"libvirt or its guest did not {what}");
            }

            Thread.Sleep(50);
        }
    }

    public void Dispose()
    {
        End();
        _daemon.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private void End()
    {
        try
        {
            if (!_daemon.HasExited)
            {
                Virsh("destroy", Domain);
                _daemon.Kill();
                _daemon.WaitForExit();
            }
        }
        catch (InvalidOperationException)
        {
            // The domain ended by itself, or the test ended it before.
        }
    }

    private string Xml(bool files) => $"""
        <domain type='qemu'>
          <name>{Domain}</name>
          <memory unit='MiB'>128</memory>
          <vcpu>1</vcpu>
          <os>
            <type arch='x86_64' machine='q35'>hvm</type>
            <kernel>{At("vmlinuz")}</kernel>
            <initrd>{At("initrd.gz")}</initrd>
            <cmdline>console=ttyS0 quiet nokaslr mode={(files ? "files" : "records")}</cmdline>
          </os>
          <devices>
            <emulator>{Tool.Call("sh", "-c", "command -v qemu-system-x86_64").Trim()}</emulator>
            {(files ? "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
                : $"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{At("a.qcow2")}'/><target dev='vda' bus='virtio'/></disk>")}
            <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{At("b.raw")}'/><target dev='{(files ? "vda" : "vdb")}' bus='virtio'/>
              <serial>second</serial></disk>
            <serial type='file'><source path='{At("serial.log")}'/><target port='0'/></serial>
            <memballoon model='none'/>
            <controller type='usb' model='none'/>
          </devices>
        </domain>
        """;
}
