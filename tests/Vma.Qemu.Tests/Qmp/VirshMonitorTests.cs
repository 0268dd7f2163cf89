// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Qmp;

/// <summary>A shell script stands for virsh.</summary>
public sealed class VirshMonitorTests : IDisposable
{
    private const string Running = """{"return":{"status":"running"},"id":"libvirt-1"}""";

    private readonly Place _place = new();

    [Fact]
    public void A_command_is_one_argument_whatever_is_in_it()
    {
        using VirshMonitor monitor = Connect($"printf '%s\\n' \"$@\" >>{_place["log"]}; echo '{Running}'", "--weird \"$(id)\" name");
        monitor.Execute("blockdev-del", new JsonObject { ["node-name"] = "a'; \"rm\" $(x) \\" });
        string[] said = [.. File.ReadAllLines(_place["log"]).TakeLast(6)];
        Assert.Equal(["--quiet", "qemu-monitor-command", "--domain", "--weird \"$(id)\" name", "--cmd"], said[..5]);
        JsonElement sent = JsonElement.Parse(said[5]);
        Assert.Equal("a'; \"rm\" $(x) \\", sent.GetProperty("arguments").GetProperty("node-name").GetString());
    }

    [Fact]
    public void A_refusal_has_its_class_and_description()
    {
        using VirshMonitor monitor = Connect($"case $* in *eject*) echo '{{\"id\":\"libvirt-2\",\"error\":{{\"class\":\"DeviceNotFound\",\"desc\":\"no such " +
            $"disk\"}}}}';; *) echo '{Running}';; esac");
        QmpCommandException refusal = Assert.Throws<QmpCommandException>(() => monitor.Execute("eject"));
        Assert.Equal(("eject", "DeviceNotFound", "no such disk"), (refusal.Command, refusal.ErrorClass, refusal.Description));
    }

    [Fact]
    public void An_open_file_goes_with_a_command()
    {
        File.WriteAllText(_place["file"], "\"what is in it\"");
        using VirshMonitor monitor = Connect($"case $* in *'--pass-fds 3 '*) printf '{{\"return\":%s}}' \"$(cat <&3)\";; *help*) echo '--pass-fds';; " +
            $"*) echo '{Running}';; esac");
        Assert.True(monitor.PassesDescriptors);
        using var file = File.OpenHandle(_place["file"]);
        Assert.Equal("what is in it", monitor.Execute("add-fd", descriptor: file).GetString());
        Assert.False(file.IsClosed);
    }

    [Fact]
    public void A_virsh_that_passes_no_files_is_told()
    {
        using VirshMonitor monitor = Connect($"echo '{Running}'");
        Assert.False(monitor.PassesDescriptors);
        using var file = File.OpenHandle(_place["virsh"]);
        Assert.Throws<NotSupportedException>(() => monitor.Execute("add-fd", descriptor: file));
    }

    [Fact]
    public void Several_lines_of_virsh_become_one()
    {
        QmpException failure = Assert.Throws<QmpException>(() =>
            Connect("case $* in *help*) ;; *) printf 'error: failed to get domain\\nerror: Domain not found\\n\\n' >&2; exit 1;; esac"));
        Assert.Equal("virsh: failed to get domain: Domain not found", failure.Message);
    }

    [Fact]
    public void A_missing_virsh_names_its_package()
    {
        QmpException failure = Assert.Throws<QmpException>(() => VirshMonitor.Connect("web", new VirshOptions { Program = _place["none"] }));
        Assert.Contains("libvirt-clients", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo nonsense")]
    [InlineData(":")]
    [InlineData("echo '{} {}'")]
    public void An_answer_that_is_not_json_is_refused(string answer) =>
        Assert.Contains("not QMP", Assert.Throws<QmpException>(() => Connect(answer)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_virsh_that_hangs_is_ended()
    {
        Script($"case $* in *help*) ;; *) echo $$ >{_place["pid"]}; exec sleep 600;; esac");
        QmpException failure = Assert.Throws<QmpException>(() =>
            VirshMonitor.Connect("web", new VirshOptions { Program = _place["virsh"], CommandTimeout = TimeSpan.FromSeconds(1) }));
        Assert.Contains("did not answer query-status within 1 seconds", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_place["pid"]) && Directory.Exists($"/proc/{File.ReadAllText(_place["pid"]).Trim()}"));
    }

    [Fact]
    public void Waiting_for_an_event_ends_without_one()
    {
        using VirshMonitor monitor = Connect($"echo '{Running}'");
        Assert.Null(monitor.WaitForEvent(_ => true, TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => monitor.WaitForEvent(_ => true, TimeSpan.FromHours(1), cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => monitor.Execute("query-status", cancellationToken: cancelled.Token));
    }

    public void Dispose() => _place.Dispose();

    private VirshMonitor Connect(string script, string domain = "web")
    {
        Script(script);
        return VirshMonitor.Connect(domain, new VirshOptions { Program = _place["virsh"] });
    }

    // Copied by another process: a file that is open for writing in a child of another test could not be run.
    private void Script(string script)
    {
        File.WriteAllText(_place["script"], $"#!/bin/sh\n{script}\n");
        _place.Run("install", "-m", "755", _place["script"], _place["virsh"]);
    }
}
