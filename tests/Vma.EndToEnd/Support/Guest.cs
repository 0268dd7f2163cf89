// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Vma.Qemu.Qmp;

namespace Vma.EndToEnd.Support;

/// <summary>How a guest is started.</summary>
internal sealed record GuestOptions
{
    /// <summary>The QEMU.</summary>
    public string Program { get; init; } = "qemu-system-x86_64";

    public bool IoThreads { get; init; }

    /// <summary>Whether it writes files to one disk with a guest agent, and not records to two.</summary>
    public bool Files { get; init; }

    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>Raw images to start with, instead of empty disks.</summary>
    public (string A, string B)? Images { get; init; }

    public string? Incoming { get; init; }
}

/// <summary>
/// A real guest under TCG: disk A is qcow2 with a node name, disk B a raw file with a legacy drive. It has two monitors, one for what is tested
/// and one for the test. It does not outlive its object.
/// </summary>
internal sealed class Guest : IDisposable
{
    public const long DiskSize = 64L << 20;

    public static readonly string Files = Places.Artifact("guest");
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Socket _commands = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public Guest(GuestOptions? options = null)
    {
        options ??= new GuestOptions();
        Directory = System.IO.Directory.CreateTempSubdirectory("vma-g").FullName;
        string threads = options.IoThreads ? ",iothread=io" : string.Empty;
        List<string> arguments =
        [
            "-M", "q35", "-accel", "tcg", "-m", "128", "-display", "none", "-nodefaults", "-no-reboot", "-name", "lab",
            "-kernel", Path.Combine(Files, "vmlinuz"), "-initrd", Path.Combine(Files, "initrd.gz"),
            "-append", $"console=ttyS0 quiet nokaslr mode={(options.Files ? "files" : "records")}",
            "-serial", $"file:{At("serial.log")}", "-serial", $"unix:{At("c")},server=on,wait=off",
            "-qmp", $"unix:{MonitorPath},server=on,wait=off", "-qmp", $"unix:{At("t")},server=on,wait=off",
        ];
        if (options.IoThreads)
        {
            arguments.AddRange("-object", "iothread,id=io");
        }

        string a = options.Images?.A ?? At("a.qcow2"), b = options.Images?.B ?? At("b.raw");
        if (options.Images is null)
        {
            Tool.Call("qemu-img", "create", "-q", "-f", "qcow2", a, DiskSize.ToString(CultureInfo.InvariantCulture));
            using FileStream raw = File.Create(b);
            raw.SetLength(DiskSize);
        }

        if (options.Files)
        {
            Tool.Call("mkfs.ext4", "-q", "-F", b);
        }

        string driver = options.Images is null ? "qcow2" : "raw";
        if (!options.Files)
        {
            arguments.AddRange("-blockdev", $"driver={driver},node-name=disk-a,file.driver=file,file.filename={a}", "-device",
                $"virtio-blk-pci,drive=disk-a,id=virtio0{threads}");
        }

        arguments.AddRange("-drive", $"file={b},format=raw,if=none,id=drive1", "-device", $"virtio-blk-pci,drive=drive1,id=virtio1,serial=second{threads}");
        arguments.AddRange("-drive", "if=none,id=cd,media=cdrom,readonly=on", "-device", "ide-cd,drive=cd");
        if (options.Files)
        {
            arguments.AddRange("-device", "virtio-serial-pci", "-chardev", $"socket,path={AgentPath},server=on,wait=off,id=ga", "-device",
                "virtserialport,chardev=ga,name=org.qemu.guest_agent.0");
        }

        if (options.Incoming is { } incoming)
        {
            arguments.AddRange("-incoming", incoming);
        }

        arguments.AddRange(options.Extra);
        _process = Start(options.Program, arguments);
        QmpClient? test = null;
        WaitUntil(() => (test = TryConnect(At("t"))) is not null, "start");
        Test = test!;
    }

    public string Directory { get; }

    public string MonitorPath => At("q");

    public string AgentPath => At("ga");

    /// <summary>The test's own monitor.</summary>
    public QmpClient Test { get; }

    public bool IsAlive => !_process.HasExited;

    public string Errors => _errors.ToString();

    public string At(string name) => Path.Combine(Directory, name);

    public string Serial => ReadShared(At("serial.log"));

    /// <summary>The last record that the guest said it wrote; it says so every 500.</summary>
    public long LastRecord => RecordsIn(Serial).LastOrDefault();

    public static IEnumerable<long> RecordsIn(string serial) =>
        serial.Split('\n').Where(line => line.StartsWith("W ", StringComparison.Ordinal) && line.EndsWith('\r'))
        .Select(line => long.Parse(line.AsSpan(2).Trim(), CultureInfo.InvariantCulture));

    public bool SawError => Serial.Contains("rror", StringComparison.Ordinal);

    public string Status
    {
        get
        {
            try
            {
                return Test.Execute("query-status").GetProperty("status").GetString()!;
            }
            catch (QmpException gone)
            {
                throw new InvalidOperationException($"{gone.Message}: {Errors}", gone);
            }
        }
    }

    public QmpClient Connect() => QmpClient.Connect(QmpAddress.ForSocket(MonitorPath));

    public Guest Boot()
    {
        WaitUntil(() => Serial.Contains("W ", StringComparison.Ordinal) || Serial.Contains("F 50", StringComparison.Ordinal), "boot");
        return this;
    }

    /// <summary>Waits until the guest wrote more.</summary>
    public void WaitForProgress()
    {
        long before = LastRecord;
        WaitUntil(() => LastRecord > before, "write on");
    }

    /// <summary>Runs a shell command in the guest.</summary>
    public void Command(string line)
    {
        // The connection stays open: what the serial port has not yet taken is lost with the connection.
        if (!_commands.Connected)
        {
            _commands.Connect(new UnixDomainSocketEndPoint(At("c")));
        }

        _commands.Send(Encoding.ASCII.GetBytes(line + "\n"));
    }

    public void Kill()
    {
        Kill(_process);
        _process.WaitForExit();
    }

    public void WaitUntil(Func<bool> reached, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!reached())
        {
            if (!IsAlive || watch.Elapsed > TimeSpan.FromSeconds(120))
            {
                throw new InvalidOperationException($"the guest did not {what}; it said: {Serial[^Math.Min(500, Serial.Length)..]} {Errors}");
            }

            Thread.Sleep(20);
        }
    }

    public static string ReadShared(string path)
    {
        if (!File.Exists(path))
        {
            return string.Empty;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private Process Start(string program, List<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        return process;
    }

    /// <summary>A monitor at a socket; null while QEMU does not listen there yet, also when the socket's file is there already.</summary>
    public static QmpClient? TryConnect(string path)
    {
        try
        {
            return QmpClient.Connect(QmpAddress.ForSocket(path));
        }
        catch (QmpException)
        {
            return null;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // The guest ended by itself.
        }
    }

    public void Dispose()
    {
        Kill();
        Test.Dispose();
        _commands.Dispose();
        _process.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
