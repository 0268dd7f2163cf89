// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Qmp;

public sealed class GuestAgentClientTests
{
    private static readonly QmpClientOptions Impatient = new()
    {
        GreetingTimeout = TimeSpan.FromMilliseconds(300),
        CommandTimeout = TimeSpan.FromMilliseconds(300)
    };

    private readonly List<string> _seen = [];

    private LineServer Agent(Func<string, string?>? answer = null) => new(null, (message, _) =>
    {
        string command = message.GetProperty("execute").GetString()!;
        lock (_seen)
        {
            _seen.Add(command);
        }

        return answer?.Invoke(command) ?? command switch
        {
            "guest-sync-delimited" => Sync(message),
            "guest-fsfreeze-status" => """{"return": "thawed"}""" + "\n",
            "guest-fsfreeze-freeze" => """{"return": 2}""" + "\n",
            "guest-fsfreeze-thaw" => """{"return": 2}""" + "\n",
            _ => """{"error": {"class": "CommandNotFound", "desc": "what?"}}""" + "\n",
        };
    });

    private static string Sync(JsonElement message) =>
        $$"""left over{"return": 1}""" + "\n\u00ff" + $$"""{"return": {{message.GetProperty("arguments").GetProperty("id")}}}""" + "\n";

    [Fact]
    public void File_systems_are_thawed_after_the_action()
    {
        using LineServer server = Agent();
        using var agent = GuestAgentClient.Connect(QmpAddress.ForSocket(server.Path));
        Assert.Equal(2, agent.WhileFrozen(() => _seen.Add("action")));
        Assert.Equal(["guest-sync-delimited", "guest-fsfreeze-status", "guest-fsfreeze-freeze", "action", "guest-fsfreeze-thaw"], _seen);
    }

    [Fact]
    public void File_systems_are_thawed_when_the_action_fails()
    {
        using LineServer server = Agent();
        using var agent = GuestAgentClient.Connect(QmpAddress.ForSocket(server.Path));
        Assert.Throws<InvalidOperationException>(() => agent.WhileFrozen(() => throw new InvalidOperationException()));
        Assert.Equal("guest-fsfreeze-thaw", _seen[^1]);
    }

    [Fact]
    public void File_systems_are_thawed_when_freezing_is_not_answered()
    {
        using LineServer server = Agent(command => command == "guest-fsfreeze-freeze" ? string.Empty : null);
        using var agent = GuestAgentClient.Connect(QmpAddress.ForSocket(server.Path), Impatient);
        bool acted = false;
        Assert.Contains("did not answer guest-fsfreeze-freeze", Assert.Throws<QmpException>(() =>
            agent.WhileFrozen(() => acted = true)).Message, StringComparison.Ordinal);
        Assert.False(acted);
        Assert.Equal(["guest-sync-delimited", "guest-fsfreeze-thaw"], _seen[^2..]);
    }

    [Fact]
    public void File_systems_that_another_program_froze_are_left_alone()
    {
        using LineServer server = Agent(command => command == "guest-fsfreeze-status" ? """{"return": "frozen"}""" + "\n" : null);
        using var agent = GuestAgentClient.Connect(QmpAddress.ForSocket(server.Path));
        Assert.Throws<QmpException>(() => agent.WhileFrozen(() => { }));
        Assert.DoesNotContain("guest-fsfreeze-thaw", _seen);
    }

    [Fact]
    public void A_channel_without_an_agent_is_given_up()
    {
        using LineServer server = Agent(_ => string.Empty);
        Assert.Contains("did not answer", Assert.Throws<QmpException>(() =>
            GuestAgentClient.Connect(QmpAddress.ForSocket(server.Path), Impatient)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_has_its_class()
    {
        using LineServer server = Agent();
        using var agent = GuestAgentClient.Connect(QmpAddress.ForSocket(server.Path));
        Assert.Equal("CommandNotFound", Assert.Throws<QmpCommandException>(() => agent.Execute("guest-nothing")).ErrorClass);
    }
}
