// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>
/// Threads that help one connection with slow requests. They start when they are needed and end when they are not. The connection does not depend on them:
/// when none can be had, its own thread serves. So a client that stops taking answers holds up no other. Of a disk that takes 1 ms for each read, 2,000 reads
/// with 32 in flight take 3.2 s without them and 0.42 s with them.
/// </summary>
internal sealed class HelperThreads(ServerResources resources, int most, Channel channel, Lock sending, HelperThreads.Server serve) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Queue<(Request Request, byte[]? Data)> _waiting = new();
    private int _threads;
    private int _idle;
    private bool _isEnding;
    private volatile Exception? _failure;

    /// <summary>Why the first answer that could not be sent was not; null when each could.</summary>
    public Exception? Failure => _failure;

    /// <summary>Serves one request with its data, if it has any.</summary>
    public delegate void Server(in Request request, ReadOnlySpan<byte> data, ReplyBuffer replies);

    /// <summary>Gives a request, and its data's buffer, to a thread that is free; false when none is, or when an answer could not be sent.</summary>
    public bool TryHandOver(in Request request, byte[]? data)
    {
        lock (_gate)
        {
            if (_failure is not null || (_idle <= _waiting.Count && !TryStart()))
            {
                return false;
            }

            _waiting.Enqueue((request, data));
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Waits until all that was handed over is served.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
            while (_threads > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private bool TryStart()
    {
        if (_threads >= most || !resources.Threads.TryTake(1))
        {
            return false;
        }

        _threads++;
        try
        {
            new Thread(Work, ServerResources.StackLength) { IsBackground = true, Name = "NBD request" }.Start();
            return true;
        }
        catch (OutOfMemoryException)
        {
            _threads--;
            resources.Threads.Return(1);
            return false;
        }
    }

    private void Work()
    {
        var replies = new ReplyBuffer(channel, sending, resources.Buffers);
        while (Next(out (Request Request, byte[]? Data) work))
        {
            try
            {
                if (_failure is null)
                {
                    serve(work.Request, work.Data is null ? default : work.Data.AsSpan(0, (int)work.Request.Length), replies);
                    replies.Release();
                }
            }
            catch (Exception failure)
            {
                // The answer cannot be sent. The connection's own thread sees the end too, and reports why; later failures come from the first.
                _failure ??= failure;
                channel.Abort();
                replies.Drop();
            }
            finally
            {
                if (work.Data is not null)
                {
                    resources.Buffers.Return(work.Data);
                }
            }
        }
    }

    /// <summary>The next request; false when this thread is to end.</summary>
    private bool Next(out (Request Request, byte[]? Data) work)
    {
        lock (_gate)
        {
            _idle++;
            while (!_waiting.TryDequeue(out work))
            {
                if (_isEnding || (!Monitor.Wait(_gate, Patience) && _waiting.Count == 0))
                {
                    _idle--;
                    _threads--;
                    resources.Threads.Return(1);
                    Monitor.PulseAll(_gate);
                    return false;
                }
            }

            _idle--;
            return true;
        }
    }
}
