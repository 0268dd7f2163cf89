// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vma.Qemu.Host;

namespace Vma.Qemu.Qmp;

/// <summary>
/// A connection to a QEMU's QMP socket. QEMU talks to one client at a time at each socket. All members may be called from several
/// threads at once.
/// </summary>
public sealed class QmpClient : IQmpMonitor
{
    private const int MaxEvents = 4096;

    private readonly object _changed = new();
    private readonly MessageSocket _socket;
    private readonly QmpClientOptions _options;
    private readonly Thread _receiver;
    private readonly Dictionary<long, JsonElement?> _answers = [];
    private readonly LinkedList<QmpEvent> _events = [];
    private long _lastId;
    private QmpException? _ended;

    private QmpClient(MessageSocket socket, QmpClientOptions options, QmpVersion version)
    {
        (_socket, _options, Version) = (socket, options, version);
        _receiver = new Thread(ReceiveAll) { IsBackground = true, Name = "QMP" };
    }

    /// <inheritdoc/>
    public string Name => _socket.Name;

    /// <inheritdoc/>
    public bool PassesDescriptors => _socket.Socket.AddressFamily == AddressFamily.Unix;

    /// <summary>QEMU's version, as it greeted.</summary>
    public QmpVersion Version { get; }

    /// <summary>The process that listened at the socket, when it is a Unix socket on this machine: QEMU, or who started it. Else null.</summary>
    public int? PeerProcess => PassesDescriptors ? DescriptorMessage.PeerProcess(_socket.Socket) : null;

    /// <summary>Connects, and waits until QEMU takes commands.</summary>
    /// <exception cref="QmpException">Nobody is there, another client is, or it is no QMP.</exception>
    public static QmpClient Connect(QmpAddress address, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new QmpClientOptions();
        var socket = new MessageSocket(address.Connect(options.GreetingTimeout, cancellationToken), address.ToString(), options.MaxLineLength);
        QmpClient? client = null;
        try
        {
            client = new QmpClient(socket, options, Greet(socket, options.GreetingTimeout, cancellationToken));
            client._receiver.Start();
            client.Execute("qmp_capabilities", cancellationToken: cancellationToken);
            return client;
        }
        catch
        {
            (client as IDisposable ?? socket).Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public JsonElement Execute(string command, JsonObject? arguments = null, SafeHandle? descriptor = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (descriptor is not null && !PassesDescriptors)
        {
            throw new NotSupportedException("open files cannot be passed over TCP");
        }

        cancellationToken.ThrowIfCancellationRequested();
        long id;
        lock (_changed)
        {
            id = ++_lastId;
            _answers.Add(id, null);
            var message = new JsonObject { ["execute"] = command, ["id"] = id };
            if (arguments is not null)
            {
                message["arguments"] = arguments.DeepClone();
            }

            try
            {
                ThrowIfEnded();
                _socket.Send(message, descriptor: descriptor);
            }
            catch
            {
                _answers.Remove(id);
                throw;
            }
        }

        try
        {
            JsonElement answer = WaitFor(() => _answers[id], _options.CommandTimeout, cancellationToken)
                ?? throw new QmpException($"'{Name}' did not answer {command} within {_options.CommandTimeout.TotalSeconds:0.#} seconds");
            return answer.Member("error") is { ValueKind: JsonValueKind.Object } error
                ? throw new QmpCommandException(command, error.Text("class") ?? "GenericError", error.Text("desc") ?? "no reason given")
                : answer.Member("return");
        }
        finally
        {
            lock (_changed)
            {
                _answers.Remove(id);
            }
        }
    }

    /// <inheritdoc/>
    public QmpEvent? WaitForEvent(Func<QmpEvent, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return WaitFor(Take, timeout, cancellationToken);

        QmpEvent? Take()
        {
            for (LinkedListNode<QmpEvent>? node = _events.First; node is not null; node = node.Next)
            {
                if (predicate(node.Value))
                {
                    _events.Remove(node);
                    return node.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        lock (_changed)
        {
            _ended ??= new QmpException($"the connection to '{Name}' was closed here");
            Monitor.PulseAll(_changed);
        }

        try
        {
            _socket.Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        if (_receiver.IsAlive)
        {
            _receiver.Join();
        }

        _socket.Dispose();
    }

    private static QmpVersion Greet(MessageSocket socket, TimeSpan timeout, CancellationToken cancellationToken)
    {
        JsonElement greeting;
        socket.ReceiveTimeout = socket.SendTimeout = timeout;
        using (cancellationToken.Register(() => socket.Socket.Close()))
        {
            try
            {
                greeting = socket.Receive().Member("QMP");
            }
            catch (TimeoutException late)
            {
                throw new QmpException($"'{socket.Name}' sent no greeting within {timeout.TotalSeconds:0.#} seconds: it is in use by another client, and QEMU talks to one at a time", late);
            }
            catch (QmpException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
        }

        JsonElement version = greeting.Member("version").Member("qemu");
        if (greeting.ValueKind != JsonValueKind.Object || version.ValueKind != JsonValueKind.Object)
        {
            throw new QmpException($"'{socket.Name}' did not greet as QMP does");
        }

        socket.ReceiveTimeout = null;
        socket.SendTimeout = TimeSpan.Zero;
        return new QmpVersion(Part("major"), Part("minor"), Part("micro"));

        int Part(string key) => (int)Math.Clamp(version.Number(key) ?? 0, 0, int.MaxValue);
    }

    private void ReceiveAll()
    {
        QmpException ended;
        try
        {
            while (true)
            {
                Sort(_socket.Receive());
            }
        }
        catch (QmpException failure)
        {
            ended = failure;
        }
        catch (Exception failure)
        {
            ended = new QmpException($"the connection to '{Name}' broke", failure);
        }

        lock (_changed)
        {
            _ended ??= ended;
            Monitor.PulseAll(_changed);
        }
    }

    private void Sort(JsonElement message)
    {
        lock (_changed)
        {
            if (message.Text("event") is { } name)
            {
                _events.AddLast(new QmpEvent(name, message.Member("data")));
                if (_events.Count > MaxEvents)
                {
                    _events.RemoveFirst();
                }
            }
            else if (message.Number("id") is not { } id || id > _lastId || id <= 0)
            {
                throw new QmpException($"'{Name}' sent something that is not QMP");
            }
            else if (_answers.ContainsKey(id))
            {
                _answers[id] = message; // else it comes too late, and nobody waits for it
            }

            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Waits until there is something. What came before the connection ended still counts.</summary>
    private T? WaitFor<T>(Func<T?> look, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration wake = cancellationToken.Register(() =>
        {
            lock (_changed)
            {
                Monitor.PulseAll(_changed);
            }
        });
        long start = Stopwatch.GetTimestamp();
        lock (_changed)
        {
            while (true)
            {
                if (look() is { } found)
                {
                    return found;
                }

                ThrowIfEnded();
                cancellationToken.ThrowIfCancellationRequested();
                TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    return default;
                }

                Monitor.Wait(_changed, left);
            }
        }
    }

    private void ThrowIfEnded()
    {
        if (_ended is { } ended)
        {
            throw new QmpException(ended.Message, ended);
        }
    }
}
