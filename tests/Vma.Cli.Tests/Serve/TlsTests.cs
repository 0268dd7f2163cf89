// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

public sealed class TlsTests : IDisposable
{
    private static readonly string Archive = Places.Golden("size-5k.vma");

    private readonly Scratch _scratch = new();
    private readonly string _good;
    private readonly string _anonymous;

    public TlsTests()
    {
        _good = Certificates.Create(_scratch["good"]);
        _anonymous = Directory.CreateDirectory(_scratch["anonymous"]).FullName;
        File.Copy(_scratch["good/ca-cert.pem"], _scratch["anonymous/ca-cert.pem"]);
    }

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Clients_read_over_TLS_and_not_without()
    {
        using Served served = Served.Start("--listen", "localhost:0", "--tls", _good, Archive);
        Assert.StartsWith("nbds://localhost:", served.Uri, StringComparison.Ordinal);
        VmaResult info = Info(served.Uri, _anonymous).Succeeded();
        Assert.Contains("with TLS", info.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, VmaCall.Shell("exec nbdinfo \"$1\"", served.Uri.Replace("nbds:", "nbd:", StringComparison.Ordinal)).Run().ExitCode);
        served.Stop().Succeeded();
    }

    [Fact]
    public void Clients_read_over_TLS_on_a_unix_socket()
    {
        using Served served = Served.Start("--socket", _scratch["s"], "--tls", _good, Archive);
        Assert.StartsWith("nbds+unix:///", served.Uri, StringComparison.Ordinal);
        Assert.Contains("with TLS", VmaCall.Shell("exec nbdinfo \"$1&tls-certificates=$2&tls-hostname=localhost\"", served.Uri, _anonymous).Run()
            .Succeeded().Output, StringComparison.Ordinal);
        served.StopQuietly();
    }

    [Fact]
    public void Clients_need_a_certificate_where_that_is_asked_for()
    {
        using Served served = Served.Start("--listen", "localhost:0", "--tls", _good, "--tls-verify-clients", Archive);
        Info(served.Uri, _good).Succeeded();
        Assert.NotEqual(0, Info(served.Uri, _anonymous).ExitCode);
        Info(served.Uri, _good).Succeeded();
        served.Stop().Succeeded();
    }

    [Theory]
    [InlineData("localhost:0")]
    [InlineData(null)]
    public void The_commands_that_the_server_prints_work_over_TLS(string? listen)
    {
        string[] place = listen is null ? ["--socket", _scratch["s,1"]] : ["--listen", listen];
        using VmaProcess process = new VmaCall(["serve", "--tls", _good, .. place, Archive]).Start();
        Dictionary<string, string> commands = Announced.CommandsOf(process.WaitForOutput("# Ctrl-C"));
        new VmaCallSequence(_scratch.Path).Run(commands["look"], commands["copy"], commands["convert"], "qemu-img compare -f raw -F qcow2 disk.raw disk.qcow2");
        string fuse = commands["mount"][..commands["mount"].IndexOf(" & ", StringComparison.Ordinal)];
        VmaCall.Shell($"set -e; cd \"$1\"; {fuse} & while ! test -e disk/nbd; do kill -0 $!; sleep 0.01; done; cmp disk/nbd disk.raw || same=no; " +
            $"fusermount3 -u disk; wait; test -z \"$same\"", _scratch.Path).Run().Succeeded();
        process.Signal(Native.Terminate);
        process.Finish().Succeeded();
    }

    [Fact]
    public void A_missing_certificate_is_named()
    {
        File.Delete(_scratch["good/server-key.pem"]);
        Told.Failure(VmaCall.Run("serve", "--tls", _good, Archive), "server-key.pem");
        Told.Failure(VmaCall.Run("serve", "--tls", _scratch["nowhere"], Archive), "server-cert.pem");
        Told.Usage(VmaCall.Run("serve", "--tls-verify-clients", Archive), "--tls");
    }

    private static VmaResult Info(string uri, string certificates) => VmaCall.Shell("exec nbdinfo \"$1?tls-certificates=$2\"", uri, certificates).Run();
}
