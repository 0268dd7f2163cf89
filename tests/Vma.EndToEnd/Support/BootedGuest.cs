// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Vma.EndToEnd.Support;

/// <summary>The test guest, started by the command. It does not outlive its object.</summary>
internal sealed class BootedGuest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static int _count;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Socket _commands = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _log;
    private readonly string _socket;

    public BootedGuest(BootPlace place, IReadOnlyList<string> arguments)
    {
        string files = Places.Artifact("guest");
        int number = Interlocked.Increment(ref _count);
        (_log, _socket) = (place[$"log{number}"], place[$"c{number}"]);
        var start = new ProcessStartInfo(Support.Command.Path,
        [
            .. arguments,
            "-kernel", Path.Combine(files, "vmlinuz"), "-initrd", Path.Combine(files, "initrd.gz"), "-append", "console=ttyS0 quiet nokaslr mode=records",
            "-serial", $"file:{_log}", "-serial", $"unix:{_socket},server=on,wait=off",
        ])
        { RedirectStandardError = true };
        start.Environment["TMPDIR"] = place.Path;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>What the command and QEMU said.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public string Serial
    {
        get
        {
            if (!File.Exists(_log))
            {
                return string.Empty;
            }

            using var reader = new StreamReader(new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    /// <summary>The first record that it said it wrote.</summary>
    public long FirstRecord => Guest.RecordsIn(Serial).FirstOrDefault();

    /// <summary>The last record that the guest said it wrote; it says so every 500.</summary>
    public long LastRecord => Guest.RecordsIn(Serial).LastOrDefault();

    /// <summary>Has the guest's shell run a line.</summary>
    public void Command(string line)
    {
        if (!_commands.Connected)
        {
            _commands.Connect(new UnixDomainSocketEndPoint(_socket));
        }

        _commands.Send(Encoding.ASCII.GetBytes(line + "\n"));
    }

    public void Signal(string name) => Tool.Call("kill", "-" + name, _process.Id.ToString(CultureInfo.InvariantCulture));

    public void Kill() => _process.Kill();

    public int WaitForExit()
    {
        Assert.True(_process.WaitForExit(Patience), $"the command did not end; it said: {Errors}");
        return _process.ExitCode;
    }

    public void WaitForProgress()
    {
        long before = LastRecord;
        WaitUntil(() => LastRecord > before, "go on");
    }

    public void WaitUntil(Func<bool> reached, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!reached())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                string serial = Serial;
                throw new InvalidOperationException($"the guest did not {what}; it said: {serial[^Math.Min(500, serial.Length)..]} {Errors}");
            }

            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            // What it started ends with it.
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _commands.Dispose();
    }
}
