// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vma.Qemu.Qmp;

/// <summary>
/// A connection to a QEMU's QMP socket. QEMU talks to one client at a time at each socket. All members may be called from several
/// threads at once.
/// </summary>
public sealed class QmpClient : IQmpMonitor
{
    private readonly MessageSocket _socket;
    private readonly QmpClientOptions _options;
    private readonly QmpInbox _inbox;
    private readonly Thread _receiver;

    private QmpClient(MessageSocket socket, QmpClientOptions options, Version version)
    {
        (_socket, _options, Version) = (socket, options, version);
        _inbox = new QmpInbox(socket.Name);
        _receiver = new Thread(ReceiveAll) { IsBackground = true, Name = "QMP" };
    }

    /// <inheritdoc/>
    public string Name => _socket.Name;

    /// <inheritdoc/>
    public bool PassesDescriptors => _socket.Connection.PassesDescriptors;

    /// <summary>QEMU's version, from its greeting.</summary>
    public Version Version { get; }

    /// <summary>The process that listened at the socket, when it is a Unix socket on this machine: QEMU, or the program that started it. Else null.</summary>
    internal int? PeerProcess => _socket.Connection.PeerProcess;

    /// <summary>Connects, and waits until QEMU takes commands.</summary>
    /// <exception cref="QmpException">No program listens there, another client is connected, or the program does not speak QMP.</exception>
    public static QmpClient Connect(QmpAddress address, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new QmpClientOptions();
        var socket = new MessageSocket(address, options, cancellationToken);
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
        long number = _inbox.Send(id => _socket.Send(QmpMessage.Command(command, arguments, id), descriptor: descriptor));
        JsonElement answer = _inbox.TakeAnswer(number, _options.CommandTimeout, cancellationToken)
            ?? throw new QmpException($"'{Name}' did not answer {command} within {_options.CommandTimeout.TotalSeconds:0.#} seconds");
        return QmpMessage.ResultOf(command, answer);
    }

    /// <inheritdoc/>
    public QmpEvent? WaitForEvent(Func<QmpEvent, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return _inbox.TakeEvent(predicate, timeout, cancellationToken);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _inbox.End(new QmpException($"the connection to '{Name}' was closed here"));
        _socket.Connection.Shutdown();
        if (_receiver.IsAlive)
        {
            _receiver.Join();
        }

        _socket.Dispose();
    }

    private static Version Greet(MessageSocket socket, TimeSpan timeout, CancellationToken cancellationToken)
    {
        JsonElement greeting;
        socket.Connection.ReceiveTimeout = socket.Connection.SendTimeout = timeout;
        using (cancellationToken.Register(socket.Dispose))
        {
            try
            {
                greeting = socket.Receive().Member("QMP");
            }
            catch (TimeoutException late)
            {
                string told = $"'{socket.Name}' sent no greeting within {timeout.TotalSeconds:0.#} seconds";
                throw new QmpException($"{told}: it is in use by another client, and QEMU talks to one at a time", late);
            }
            catch (QmpException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
        }

        JsonElement version = greeting.Member("version").Member("qemu");
        if (version.ValueKind != JsonValueKind.Object)
        {
            throw new QmpException($"'{socket.Name}' did not greet as QMP does");
        }

        socket.Connection.ReceiveTimeout = null;
        socket.Connection.SendTimeout = TimeSpan.Zero;
        return QmpMessage.VersionOf(version);
    }

    private void ReceiveAll()
    {
        try
        {
            while (true)
            {
                _inbox.Put(_socket.Receive());
            }
        }
        catch (QmpException failure)
        {
            _inbox.End(failure);
        }
        catch (Exception failure)
        {
            _inbox.End(new QmpException($"the connection to '{Name}' broke", failure));
        }
    }
}
