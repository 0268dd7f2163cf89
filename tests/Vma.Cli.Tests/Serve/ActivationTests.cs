// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Serve;

/// <summary>systemd's protocol: a socket at descriptor 3, LISTEN_PID and LISTEN_FDS.</summary>
public sealed class ActivationTests
{
    private static readonly string Archive = Places.Golden("size-5k.vma");

    [Fact]
    public void A_socket_that_systemd_hands_over_is_served_and_stays()
    {
        using var scratch = new Scratch();
        using Served served = Served.StartShell(Launcher(scratch, "unix"), "serve", "--json", Archive);
        Assert.Equal(scratch["s"], served.Socket);
        VmaCall.Shell("exec nbdinfo \"$1\"", served.Uri).Run().Succeeded();
        served.StopQuietly();
        Assert.True(File.Exists(scratch["s"]));
    }

    [Fact]
    public void A_TCP_socket_that_systemd_hands_over_is_served()
    {
        using var scratch = new Scratch();
        using Served served = Served.StartShell(Launcher(scratch, "tcp"), "serve", "--json", Archive);
        Assert.Equal($"nbd://127.0.0.1:{served.Port}/{served.Names[0]}", served.Uri);
        VmaCall.Shell("exec nbdinfo \"$1\"", served.Uri).Run().Succeeded();
        served.StopQuietly();
    }

    [Fact]
    public void A_command_is_not_handed_the_socket()
    {
        using var scratch = new Scratch();
        VmaResult result = VmaCall.Shell(Launcher(scratch, "unix"), "serve", Archive, "--run",
            "ls /proc/self/fd | grep -c '^3$'; echo \"($LISTEN_PID$LISTEN_FDS)\"; readlink /proc/self/fd/3").Run();
        Assert.Contains("()", result.OutputLines);
        Assert.DoesNotContain("socket", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_that_is_not_meant_for_this_process_is_left_alone()
    {
        using var scratch = new Scratch();
        using Served served = Served.StartShell("LISTEN_PID=1 LISTEN_FDS=1 exec \"$VMA\" serve --json -s \"$1\" \"$2\"", scratch["own"], Archive);
        Assert.Equal(scratch["own"], served.Socket);
        served.StopQuietly();
    }

    [Theory]
    [InlineData("file")]
    [InlineData("connected")]
    [InlineData("none")]
    public void What_is_no_listening_socket_is_told(string kind)
    {
        using var scratch = new Scratch();
        Told.Failure(VmaCall.Shell(Launcher(scratch, kind), "serve", Archive).Run(), "descriptor 3, which LISTEN_FDS hands over, is no socket that listens");
    }

    /// <summary>A script that starts the command as systemd would.</summary>
    private static string Launcher(Scratch scratch, string kind)
    {
        Tool.Need("perl");
        string script = scratch[$"launch-{kind}.pl"];
        File.WriteAllText(script, """
            use Socket;
            my ($kind, $path, $vma, @arguments) = @ARGV;
            if ($kind eq 'unix') { socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un($path)) or die; listen(S, 9); }
            if ($kind eq 'tcp') { socket(S, AF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(0, inet_aton('127.0.0.1'))) or die; listen(S, 9); }
            if ($kind eq 'connected') { socketpair(S, T, AF_UNIX, SOCK_STREAM, 0) or die; }
            if ($kind eq 'file') { open(S, '<', '/dev/null') or die; }
            use POSIX ();
            if ($kind eq 'none') { POSIX::close(3); } else { POSIX::dup2(fileno(S), 3); $^F = 99; }
            $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1;
            require Fcntl; if (open(my $three, '<&=', 3)) { fcntl($three, 2, 0); exec { $vma } 'vma', @arguments; }
            exec { $vma } 'vma', @arguments;
            """);
        return $"exec perl '{script}' {kind} '{scratch["s"]}' \"$VMA\" \"$@\"";
    }
}
