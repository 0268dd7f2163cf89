// SPDX-License-Identifier: MIT

namespace Vma.Nbd.Tests;

public sealed class UriTests
{
    [Theory]
    [InlineData("nbd://host", "host", 10809, "", "nbd://host/")]
    [InlineData("nbd://host:10810/", "host", 10810, "", "nbd://host:10810/")]
    [InlineData("NBD://user@host/a%20b", "host", 10809, "a b", "nbd://host/a%20b")]
    [InlineData("nbd://[::1]:99/a/b", "::1", 99, "a/b", "nbd://[::1]:99/a/b")]
    [InlineData("nbds://host//leading", "host", 10809, "/leading", "nbds://host//leading")]
    public void A_URI_of_a_host_is_read_and_written(string text, string host, int port, string export, string written)
    {
        NbdUri uri = NbdUri.Parse(text);

        Assert.Equal((host, port, export, null), (uri.Host, uri.Port, uri.ExportName, uri.SocketPath));
        Assert.Equal(written, uri.ToString());
        Assert.Equal(uri, NbdUri.Parse(written));
    }

    [Theory]
    [InlineData("nbd+unix:///?socket=/run/s", "/run/s", "")]
    [InlineData("nbd+unix:///disk?socket=relative", "relative", "disk")]
    [InlineData("nbds+unix:///d%C3%BC%25?socket=/a%20b%26c", "/a b&c", "dü%")]
    public void A_URI_of_a_unix_socket_is_read_and_written(string text, string path, string export)
    {
        NbdUri uri = NbdUri.Parse(text);

        Assert.Equal((null, path, export), (uri.Host, uri.SocketPath, uri.ExportName));
        Assert.Equal(uri, NbdUri.Parse(uri.ToString()));
    }

    [Fact]
    public void TLS_parameters_of_libnbd_are_read()
    {
        NbdUri uri = NbdUri.Parse("nbds://host/x?tls-certificates=/etc/pki&tls-hostname=other&unknown=1");

        Assert.Equal((true, "/etc/pki", "other"), (uri.UsesTls, uri.TlsDirectory, uri.TlsHostName));
        Assert.Equal(uri, NbdUri.Parse(uri.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://host/")]
    [InlineData("nbd:unix:/path")]
    [InlineData("nbd://")]
    [InlineData("nbd://:10809/")]
    [InlineData("nbd://host:0/")]
    [InlineData("nbd://host:65536/")]
    [InlineData("nbd://host:1x/")]
    [InlineData("nbd://host/%")]
    [InlineData("nbd://host/%4")]
    [InlineData("nbd://host/%zz")]
    [InlineData("nbd://host/%ff")]
    [InlineData("nbd://host/a%00b")]
    [InlineData("nbd://host/a?socket=/s")]
    [InlineData("nbd+unix:///a")]
    [InlineData("nbd+unix:///a?socket=")]
    [InlineData("nbd+unix://host/a?socket=/s")]
    [InlineData("nbd+vsock://2/")]
    public void What_is_no_NBD_URI_is_refused_with_a_reason(string text)
    {
        Assert.False(NbdUri.TryParse(text, out _));
        FormatException fault = Assert.Throws<FormatException>(() => NbdUri.Parse(text));
        Assert.Contains("is not an NBD URI: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_names_survive_being_written_and_read()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int i = 0; i < 1000; i++)
        {
            string name = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(1, 0xd800)));
            NbdUri uri = NbdUri.ForSocket("/" + name, name);
            Assert.True(NbdUri.Parse(uri.ToString()) == uri, $"seed {seed}: {uri}");
        }
    }
}
