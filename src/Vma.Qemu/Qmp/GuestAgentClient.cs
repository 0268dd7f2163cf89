// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Failures;

namespace Vma.Qemu.Qmp;

/// <summary>A connection to the agent in a guest, which can freeze its file systems. Used by one thread at a time.</summary>
public sealed class GuestAgentClient : IDisposable
{
    /// <summary>What the channel between host and guest is called.</summary>
    internal const string Channel = "org.qemu.guest_agent.0";

    // The agent drops what came before this byte, and sends it in front of the answer.
    private const byte Sentinel = 0xff;
    private const string Synchronization = "guest-sync-delimited";

    private readonly MessageSocket? _socket;
    private readonly Virsh? _virsh; // in place of the socket, which libvirt holds
    private readonly QmpClientOptions _options;
    private bool _isInStep;

    private GuestAgentClient(MessageSocket? socket, Virsh? virsh, QmpClientOptions options) => (_socket, _virsh, _options) = (socket, virsh, options);

    /// <summary>Connects, and waits until the agent answers.</summary>
    /// <param name="address">The host's end of the channel <c>org.qemu.guest_agent.0</c>, or a domain of libvirt, which holds it.</param>
    /// <param name="options">The greeting's time limit is that of the first answer.</param>
    /// <param name="cancellationToken">Ends the waiting for the connection.</param>
    /// <exception cref="QmpException">No agent answers.</exception>
    public static GuestAgentClient Connect(QmpAddress address, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new QmpClientOptions();
        if (address.Domain is { } domain)
        {
            var reached = new GuestAgentClient(null, new Virsh(domain, new VirshOptions { CommandTimeout = options.CommandTimeout }), options);
            reached.Execute("guest-ping");
            return reached;
        }

        return Attempt.Into(new GuestAgentClient(new MessageSocket(address, options, cancellationToken), null, options), agent =>
        {
            agent.Synchronize(options.GreetingTimeout);
            return agent;
        });
    }

    /// <summary>Runs a command of the agent.</summary>
    /// <returns>What it returned.</returns>
    /// <exception cref="QmpCommandException">The agent refused it.</exception>
    /// <exception cref="QmpException">There is no connection, or no answer in time.</exception>
    public JsonElement Execute(string command, JsonObject? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_virsh is not null)
        {
            return _virsh.Send("qemu-agent-command", command, arguments, passed: null, CancellationToken.None);
        }

        if (!_isInStep)
        {
            Synchronize(_options.CommandTimeout);
        }

        _isInStep = false;
        JsonElement answer = Exchange(command, QmpMessage.Command(command, arguments), [], behind: null, _options.CommandTimeout);
        _isInStep = true;
        return QmpMessage.ResultOf(command, answer);
    }

    /// <summary>Whether file systems are frozen.</summary>
    /// <inheritdoc cref="Execute" path="/exception"/>
    public bool IsFrozen() => Execute("guest-fsfreeze-status").Text() == "frozen";

    /// <summary>
    /// Freezes the guest's file systems, does something quick, and thaws them, whatever happens; also when freezing failed midway or
    /// was not answered.
    /// </summary>
    /// <returns>How many file systems were frozen.</returns>
    /// <inheritdoc cref="Execute" path="/exception"/>
    public long WhileFrozen(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (IsFrozen())
        {
            throw new QmpException("the guest's file systems are frozen already, by somebody else");
        }

        bool done = false;
        try
        {
            long frozen = Execute("guest-fsfreeze-freeze") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out long number) ? number : 0;
            action();
            done = true;
            return frozen;
        }
        finally
        {
            Thaw(mustWork: done);
        }
    }

    private void Thaw(bool mustWork)
    {
        try
        {
            Execute("guest-fsfreeze-thaw");
        }
        catch (QmpException) when (!mustWork)
        {
            // What went wrong before is what the caller has to know.
        }
    }

    private void Synchronize(TimeSpan timeout)
    {
        long id = RandomNumberGenerator.GetInt32(int.MaxValue);
        long start = Stopwatch.GetTimestamp();
        JsonElement answer = Exchange(Synchronization, QmpMessage.Command(Synchronization, new JsonObject { ["id"] = id }), [Sentinel], Sentinel, timeout);
        while (answer.Number("return") != id)
        {
            // The answer to an earlier command, of ours or of the client before us.
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            answer = left > TimeSpan.Zero ? Receive(Synchronization, Sentinel, left) : throw NoAnswer(Synchronization, timeout);
        }

        _isInStep = true;
    }

    private JsonElement Exchange(string command, JsonObject message, ReadOnlySpan<byte> prefix, byte? behind, TimeSpan timeout)
    {
        _socket!.Connection.SendTimeout = timeout;
        _socket.Send(message, prefix);
        return Receive(command, behind, timeout);
    }

    private JsonElement Receive(string command, byte? behind, TimeSpan timeout)
    {
        _socket!.Connection.ReceiveTimeout = timeout;
        return Attempt.Or(() => _socket.Receive(behind), (TimeoutException _) => throw NoAnswer(command, timeout));
    }

    private QmpException NoAnswer(string command, TimeSpan timeout) =>
        new($"the guest agent at '{_socket!.Name}' did not answer {command} within {timeout.TotalSeconds:0.#} seconds");

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _socket?.Dispose();
}
