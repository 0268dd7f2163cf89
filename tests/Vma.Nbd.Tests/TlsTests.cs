// SPDX-License-Identifier: MIT

using System.Net;

namespace Vma.Nbd.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly Place _place = new();
    private readonly TestDisk _disk = TestDisk.Random(1_000_448, seed: 9);
    private readonly string _good;
    private readonly string _anonymous;
    private readonly string _foreign;

    public TlsTests()
    {
        _good = Certificates.Create(_place["good"]);
        _foreign = Certificates.Create(_place["foreign"]);
        _anonymous = Directory.CreateDirectory(_place["anonymous"]).FullName;
        File.Copy(Path.Combine(_good, "ca-cert.pem"), Path.Combine(_anonymous, "ca-cert.pem"));
    }

    public void Dispose()
    {
        _disk.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nbdinfo_and_nbdcopy_and_qemu_img_read_over_TLS(bool verifyClients)
    {
        using NbdTls tls = NbdTls.LoadServer(_good, verifyClients);
        using NbdServer server = Serve(tls, out int port);
        File.WriteAllBytes(_place["disk.raw"], _disk.Data);
        string certificates = verifyClients ? _good : _anonymous, uri = $"nbds://localhost:{port}/disk?tls-certificates={certificates}";

        Assert.Contains("with TLS", _place.Run("nbdinfo", uri), StringComparison.Ordinal);
        _place.Run("nbdcopy", uri, _place["copy"]);
        Assert.True(_disk.Data.SequenceEqual(File.ReadAllBytes(_place["copy"])));
        _place.Run(
            "qemu-img", "compare", "--object", $"tls-creds-x509,id=tls0,dir={certificates},endpoint=client", "--image-opts",
            $"driver=raw,file.driver=nbd,file.server.type=inet,file.server.host=localhost,file.server.port={port},file.export=disk,file.tls-creds=tls0",
            $"driver=raw,file.driver=file,file.filename={_place["disk.raw"]}");
    }

    [Fact]
    public void A_client_reads_and_writes_over_TLS()
    {
        using NbdTls tls = NbdTls.LoadServer(_good, verifyClients: true), own = NbdTls.LoadClient(_good);
        using NbdServer server = Serve(tls, out int port);
        using NbdClient client = NbdClient.Connect(Uri(port), new NbdClientOptions { Tls = own, Connections = 3 });
        byte[] data = new byte[300_000];
        new Random(1).NextBytes(data);
        Parallel.For(0, 3, i => client.WriteAt(i * 300_000, data));
        byte[] read = new byte[client.Length];
        client.ReadAt(0, read);

        Assert.True(_disk.Data.SequenceEqual(read));
        Assert.Equal("disk", Assert.Single(NbdClient.List(Uri(port), new NbdClientOptions { Tls = own })).Name);
    }

    [Fact]
    public void A_client_without_TLS_is_told_that_it_is_required()
    {
        using NbdTls tls = NbdTls.LoadServer(_good);
        using NbdServer server = Serve(tls, out int port);

        NbdException fault = Assert.Throws<NbdException>(() => NbdClient.Connect(NbdUri.ForHost("localhost", port, "disk")));
        Assert.Contains("requires TLS", fault.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, _place.TryRun("nbdinfo", $"nbd://localhost:{port}/disk").Code);
    }

    [Fact]
    public void A_client_without_TLS_is_served_where_it_is_not_required()
    {
        using NbdTls tls = NbdTls.LoadServer(_good);
        using NbdServer server = Serve(tls, out int port, required: false);
        using NbdClient client = NbdClient.Connect(NbdUri.ForHost("localhost", port, "disk"));

        Assert.Equal(_disk.Length, client.Length);
    }

    [Fact]
    public void Server_and_client_refuse_peers_that_another_authority_signed()
    {
        using NbdTls tls = NbdTls.LoadServer(_good, verifyClients: true), foreign = NbdTls.LoadClient(_foreign),
            unverified = NbdTls.LoadClient(_foreign, verifyServer: false);
        using NbdServer server = Serve(tls, out int port);

        Assert.Throws<NbdException>(() => NbdClient.Connect(Uri(port), new NbdClientOptions { Tls = foreign }));
        Assert.Throws<NbdException>(() => NbdClient.Connect(Uri(port), new NbdClientOptions { Tls = unverified }));
        Assert.Throws<NbdException>(() => NbdClient.Connect(Uri(port) with { TlsDirectory = _anonymous }));
        using NbdClient client = NbdClient.Connect(Uri(port) with { TlsDirectory = _good });
    }

    [Fact]
    public void The_client_refuses_a_server_of_another_name()
    {
        using NbdTls tls = NbdTls.LoadServer(_good);
        using NbdServer server = Serve(tls, out int port);

        Assert.Throws<NbdException>(() => NbdClient.Connect(Uri(port) with { TlsDirectory = _good, TlsHostName = "elsewhere" }));
    }

    [Theory]
    [InlineData(Certificates.ForClients, Certificates.ForClients, false)]
    [InlineData(Certificates.ForServers, Certificates.ForServers, false)]
    [InlineData("1.3.6.1.5.5.7.3.4", Certificates.ForClients, false)]
    [InlineData(Certificates.ForServers, Certificates.ForClients, true)]
    [InlineData(Certificates.ForAnything, Certificates.ForAnything, true)]
    [InlineData(null, null, true)]
    public void Server_and_client_refuse_certificates_that_are_for_another_use(string? serverUse, string? clientUse, bool isAccepted)
    {
        string directory = Certificates.Create(_place["uses"], withClient: true, serverUse, clientUse);
        using NbdTls tls = NbdTls.LoadServer(directory, verifyClients: true), own = NbdTls.LoadClient(directory);
        using NbdServer server = Serve(tls, out int port);
        if (isAccepted)
        {
            using NbdClient client = NbdClient.Connect(Uri(port), new NbdClientOptions { Tls = own });
            Assert.Equal(_disk.Length, client.Length);
        }
        else
        {
            Assert.Throws<NbdException>(() => NbdClient.Connect(Uri(port), new NbdClientOptions { Tls = own }));
        }
    }

    [Fact]
    public void A_server_without_certificates_refuses_TLS()
    {
        using NbdServer server = new([new NbdExport("disk", _disk)]);
        int port = server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port;

        NbdException fault = Assert.Throws<NbdException>(() => NbdClient.Connect(Uri(port) with { TlsDirectory = _good }));
        Assert.Contains("this server has no TLS", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NbdTls_refuses_files_that_are_no_certificates()
    {
        string broken = Certificates.Create(_place["broken"]);
        File.WriteAllText(Path.Combine(broken, "server-key.pem"), "nothing");
        File.WriteAllText(Path.Combine(broken, "ca-cert.pem"), "nothing");

        Assert.Contains("server-key.pem", Assert.Throws<IOException>(() => NbdTls.LoadServer(broken)).Message, StringComparison.Ordinal);
        Assert.Contains("ca-cert.pem", Assert.Throws<IOException>(() => NbdTls.LoadClient(broken)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => NbdTls.LoadServer(_anonymous));
    }

    [Fact]
    public void The_client_reads_a_disk_of_qemu_nbd_over_TLS()
    {
        File.WriteAllBytes(_place["disk.raw"], _disk.Data);
        _place.Start(_place["s"], "qemu-nbd", "-f", "raw", "-r", "-t", "-e", "4", "-k", _place["s"], "--object",
            $"tls-creds-x509,id=tls0,dir={_good},endpoint=server,verify-peer=on", "--tls-creds", "tls0", _place["disk.raw"]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]) with { UsesTls = true, TlsDirectory = _good });
        byte[] read = new byte[client.Length];
        client.ReadAt(0, read);

        Assert.True(_disk.Data.SequenceEqual(read));
    }

    private static NbdUri Uri(int port) => NbdUri.ForHost("localhost", port, "disk") with { UsesTls = true };

    private NbdServer Serve(NbdTls tls, out int port, bool required = true)
    {
        NbdServer server = new([new NbdExport("disk", _disk, _disk)], new NbdServerOptions { Tls = tls, TlsRequired = required });
        port = server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port;
        return server;
    }
}
