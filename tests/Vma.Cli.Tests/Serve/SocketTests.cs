// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>Where the server listens, and what is left of that when it ends.</summary>
public sealed class SocketTests
{
    private static readonly string Archive = Places.Golden("size-5k.vma");

    [Theory]
    [InlineData(Native.Terminate)]
    [InlineData(Native.Interrupt)]
    public void A_signal_ends_the_server_with_0_and_leaves_nothing(int signal)
    {
        using var scratch = new Scratch();
        using Served served = Served.StartShell("export TMPDIR=\"$1\"; shift; exec \"$VMA\" serve --json \"$@\"", scratch.Path, Archive);
        Assert.StartsWith(scratch.Path, served.Socket, StringComparison.Ordinal);
        Assert.Contains($"\"nbd+unix:///{served.Names[0]}?socket={served.Socket}\"", served.Document.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(served.Socket));
        Assert.Empty(served.Stop(signal).Succeeded().Error);
        Assert.Empty(scratch.Entries);
    }

    [Fact]
    public void A_client_that_is_connected_does_not_keep_the_server_from_ending()
    {
        using var scratch = new Scratch();
        using Served served = Served.Start("-s", scratch["s"], Archive);
        using var client = RawPeer.Connect(scratch["s"]);
        client.Go(served.Names[0], structured: true);
        served.StopQuietly();
        Assert.True(client.IsClosedByPeer());
        Assert.Empty(scratch.Entries);
    }

    [Fact]
    public void A_socket_that_a_killed_server_left_is_replaced()
    {
        using var scratch = new Scratch();
        using (Served killed = Served.Start("--socket", scratch["s"], Archive))
        {
            killed.Stop(Native.Kill);
        }

        Assert.Equal(["s"], scratch.Entries);
        using Served served = Served.Start("--socket", scratch["s"], Archive);
        VmaCall.Shell("exec nbdinfo \"$1\"", served.Uri).Run().Succeeded();
        served.StopQuietly();
        Assert.Empty(scratch.Entries);
    }

    [Fact]
    public void A_socket_that_another_server_listens_on_is_refused_and_stays()
    {
        using var scratch = new Scratch();
        using Served served = Served.Start("--socket", scratch["s"], Archive);
        Told.Failure(VmaCall.Run("serve", "--socket", scratch["s"], Archive), $"cannot listen on '{scratch["s"]}': Address already in use");
        VmaCall.Shell("exec nbdinfo \"$1\"", served.Uri).Run().Succeeded();
        served.StopQuietly();
    }

    [Fact]
    public void A_file_in_the_place_of_the_socket_stays()
    {
        using var scratch = new Scratch();
        scratch.File("s", 1, 2, 3);
        Told.Failure(VmaCall.Run("serve", "--socket", scratch["s"], Archive), "cannot listen on");
        Assert.Equal([1, 2, 3], File.ReadAllBytes(scratch["s"]));
    }

    [Fact]
    public void A_path_that_is_too_long_is_told()
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Run("serve", "--socket", scratch[new string('x', 120)], Archive), "too long for a unix socket");
    }

    [Fact]
    public void Output_that_cannot_be_written_ends_the_server_and_leaves_nothing()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell("TMPDIR=\"$1\" exec \"$VMA\" serve \"$2\" > /dev/full", scratch.Path, Archive).Run();
        Told.Failure(result, "cannot write to standard output");
        Assert.Empty(scratch.Entries);
    }

    [Theory]
    [InlineData("0", "127.0.0.1")]
    [InlineData("localhost:0", "localhost")]
    [InlineData("127.0.0.1:0", "127.0.0.1")]
    [InlineData("[::1]:0", "[::1]")]
    public void The_server_listens_on_TCP(string listen, string host)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !listen.Contains('[', StringComparison.Ordinal), "needs IPv6");
        using Served served = Served.Start("--listen", listen, Archive);
        Assert.Equal($"nbd://{host}:{served.Port}/{served.Names[0]}", served.Uri);
        VmaCall.Shell("exec nbdinfo \"$1\"", served.Uri).Run().Succeeded();
        served.StopQuietly();
    }

    [Fact]
    public void A_port_alone_is_for_this_machine_only()
    {
        using Served served = Served.Start("--listen", "0", Archive);
        string listening = VmaCall.Shell("cat /proc/net/tcp /proc/net/tcp6").Run().Output;
        Assert.Contains($" 0100007F:{served.Port:X4} 00000000:0000 0A", listening, StringComparison.Ordinal);
        Assert.DoesNotContain($" 00000000:{served.Port:X4} ", listening, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_told()
    {
        using Served served = Served.Start("--listen", "0", Archive);
        Told.Failure(VmaCall.Run("serve", "--listen", $"{served.Port}", Archive), $"cannot listen on 127.0.0.1:{served.Port}: Address already in use");
    }

    [Fact]
    public void A_directory_that_is_not_there_is_told()
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Run("serve", "--socket", scratch["no/s"], Archive), $"there is no directory '{scratch["no"]}'");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("::1:5")]
    [InlineData("[::1]")]
    [InlineData(":5")]
    [InlineData("example.org:5")]
    public void What_is_no_address_is_told(string listen) => Told.Usage(VmaCall.Run("serve", $"--listen={listen}", Archive), "--listen");
}
