// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Net.Sockets;

namespace Vma.Cli.Serve;

/// <summary>Sockets that systemd listens on and hands to the command it starts (sd_listen_fds(3)).</summary>
internal static class InheritedSockets
{
    private const int FirstDescriptor = 3;
    private const int MostDescriptors = 1024;
    private const string ProcessVariable = "LISTEN_PID";
    private const string CountVariable = "LISTEN_FDS";

    /// <summary>The variables that are meant for this process alone.</summary>
    public static IReadOnlyList<string> Variables { get; } = [ProcessVariable, CountVariable, "LISTEN_FDNAMES"];

    /// <summary>The sockets; none when systemd did not start this process.</summary>
    /// <exception cref="CommandException">What was handed over is no listening socket.</exception>
    public static IReadOnlyList<Socket> Take() =>
        NumberIn(ProcessVariable) == Environment.ProcessId
            ? [.. Enumerable.Range(FirstDescriptor, Math.Min(NumberIn(CountVariable), MostDescriptors)).Select(Take)]
            : [];

    private static int NumberIn(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, null, out int number) ? number : 0;

    private static Socket Take(int descriptor)
    {
        Descriptors.CloseOnExecute(descriptor);
        try
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            if (socket.LocalEndPoint is not null && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0)
            {
                return socket;
            }
        }
        catch (SocketException)
        {
            // Told below.
        }

        throw CommandException.Failed(
            $"descriptor {descriptor}, which {CountVariable} hands over, is no socket that listens; a systemd socket unit needs Accept=no");
    }
}
