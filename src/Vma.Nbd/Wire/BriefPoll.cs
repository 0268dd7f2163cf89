// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;

namespace Vma.Nbd.Wire;

/// <summary>
/// Looks out for a peer's next bytes for some microseconds before the thread sleeps for them: to be woken up takes longer than the peer takes
/// who waits for each answer before he asks again. Only while he is that quick, so it costs others next to nothing. For one thread.
/// </summary>
internal sealed class BriefPoll
{
    /// <summary>As long as it takes a peer on the same machine to take an answer and ask again, twice over. QEMU looks out for 32 µs.</summary>
    private static readonly long Longest = Stopwatch.Frequency / 1_000_000 * 64;

    private bool _isQuick;
    private long _start;

    /// <summary>Returns when there are bytes, or it is time to sleep.</summary>
    public void Begin(Socket socket)
    {
        _start = Stopwatch.GetTimestamp();
        while (_isQuick && socket.Available == 0 && Stopwatch.GetTimestamp() - _start < Longest)
        {
            Thread.Yield(); // the peer may need this core
        }
    }

    /// <summary>To be told when bytes have come.</summary>
    public void End() => _isQuick = Stopwatch.GetTimestamp() - _start < Longest;
}
