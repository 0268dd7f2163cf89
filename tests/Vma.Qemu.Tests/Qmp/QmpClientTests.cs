// SPDX-License-Identifier: MIT

using System.Text.Json.Nodes;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Qmp;

public sealed class QmpClientTests
{
    private static readonly QmpClientOptions Impatient = new()
    {
        GreetingTimeout = TimeSpan.FromMilliseconds(200),
        CommandTimeout = TimeSpan.FromMilliseconds(200),
        MaxLineLength = 100_000
    };
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static QmpClient Connect(LineServer server, QmpClientOptions? options = null) => QmpClient.Connect(QmpAddress.ForSocket(server.Path), options);

    [Fact]
    public void An_answer_comes_back()
    {
        using var server = LineServer.Qmp((command, message, _) =>
            $$""" "return": {"command": "{{command}}", "got": {{message.GetProperty("arguments").GetRawText()}}} """);
        using QmpClient client = Connect(server);
        Assert.Equal(new Version(7, 2, 22), client.Version);
        Assert.Equal("""{"command": "blockdev-del", "got": {"node-name":"a"}}""", client.Execute("blockdev-del", new JsonObject { ["node-name"] = "a" })
            .GetRawText());
    }

    [Fact]
    public void A_refusal_has_its_class_and_description()
    {
        using var server = LineServer.Qmp((_, _, _) => """ "error": {"class": "DeviceNotFound", "desc": "no such disk"} """);
        using QmpClient client = Connect(server);
        QmpCommandException refusal = Assert.Throws<QmpCommandException>(() => client.Execute("eject"));
        Assert.Equal(("eject", "DeviceNotFound", "no such disk"), (refusal.Command, refusal.ErrorClass, refusal.Description));
    }

    [Fact]
    public void A_socket_that_does_not_greet_is_in_use_by_another_client()
    {
        using var server = new LineServer(greeting: null);
        Assert.Contains("in use by another client", Assert.Throws<QmpException>(() => Connect(server, Impatient)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("{}\n")]
    [InlineData("[]\n")]
    [InlineData("{\"QMP\": 1}\n")]
    [InlineData("{\"QMP\": {}} {}\n")]
    [InlineData("\u0000\u0001\u0002\n")]
    public void A_server_that_does_not_greet_as_qmp_is_refused(string greeting)
    {
        using var server = new LineServer(greeting);
        Assert.Throws<QmpException>(() => Connect(server, Impatient));
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        using var server = new LineServer(new string('x', 200_000));
        Assert.Contains("100000 bytes", Assert.Throws<QmpException>(() =>
            Connect(server, Impatient with { GreetingTimeout = Long })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_without_a_listener_is_told()
    {
        using var server = new LineServer(null);
        server.Dispose();
        Assert.Contains("cannot connect", Assert.Throws<QmpException>(() => Connect(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_connection_ends_the_wait_for_an_answer()
    {
        LineServer? server = null;
        using LineServer created = server = LineServer.Qmp((_, _, _) =>
        {
            server!.Cut();
            return null;
        });
        using QmpClient client = Connect(server);
        Assert.Contains("closed by the other end", Assert.Throws<QmpException>(() => client.Execute("query-status")).Message, StringComparison.Ordinal);
        Assert.Throws<QmpException>(() => client.Execute("query-status"));
    }

    [Fact]
    public void Garbage_between_answers_ends_the_connection()
    {
        using var server = LineServer.Qmp((_, _, send) =>
        {
            send("{\"hello\": \n");
            return null;
        });
        using QmpClient client = Connect(server);
        Assert.Contains("not QMP", Assert.Throws<QmpException>(() => client.Execute("query-status")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_without_answer_is_given_up_and_the_next_one_works()
    {
        int calls = 0;
        using var server = LineServer.Qmp((_, _, _) => calls++ == 0 ? null : """ "return": 2 """);
        using QmpClient client = Connect(server, new QmpClientOptions { CommandTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Contains("did not answer query-status", Assert.Throws<QmpException>(() => client.Execute("query-status")).Message, StringComparison.Ordinal);
        Assert.Equal(2, client.Execute("query-status").GetInt32());
    }

    [Fact]
    public void Events_are_kept_until_the_caller_asks_for_them()
    {
        using var server = LineServer.Qmp((_, _, send) =>
        {
            send("""{"event": "STOP", "timestamp": {}}""" + "\r\n" + """{"event": "JOB", "data": {"id": "a"}}""" + "\r\n");
            return """ "return": {} """;
        });
        using QmpClient client = Connect(server);
        client.Execute("stop");
        Assert.Equal("a", client.WaitForEvent(one => one.Name == "JOB", Long)!.Text("id"));
        Assert.Null(client.WaitForEvent(one => one.Name == "JOB", TimeSpan.FromMilliseconds(1)));
        Assert.NotNull(client.WaitForEvent(one => one.Name == "STOP", Long));
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using var server = LineServer.Qmp((_, _, _) => null);
        using QmpClient client = Connect(server);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => client.Execute("query-status", cancellationToken: cancel.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => client.WaitForEvent(_ => true, Long, cancel.Token));
    }

    [Theory]
    [InlineData("tcp:localhost:4444", "tcp:localhost:4444")]
    [InlineData("unix:/run/q.sock", "/run/q.sock")]
    [InlineData("q.sock", "q.sock")]
    public void An_address_is_read(string text, string shown) => Assert.Equal(shown, QmpAddress.Parse(text).ToString());

    [Theory]
    [InlineData("tcp:localhost")]
    [InlineData("tcp::1")]
    [InlineData("tcp:h:0")]
    [InlineData("tcp:h:70000")]
    [InlineData("")]
    [InlineData("unix:")]
    public void A_text_that_is_no_address_is_refused(string text) => Assert.Throws<FormatException>(() => QmpAddress.Parse(text));
}
