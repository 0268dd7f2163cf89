// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Server;

/// <summary>
/// Threads that help one connection with slow requests. They start when they are needed, end when they are not, and are an extra: where none
/// can be had, the connection's own thread serves. So whoever stops taking answers holds up nobody else.
/// </summary>
internal sealed class Crew(ServerResources resources, int most, Channel channel, Lock sending, Crew.Server serve) : IDisposable
{
    private const int StackLength = 512 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly Queue<(Request Request, byte[]? Data)> _waiting = new();
    private int _threads;
    private int _idle;
    private bool _ending;
    private volatile bool _failed;

    /// <summary>Serves one request with its data, if it has any.</summary>
    public delegate void Server(in Request request, ReadOnlySpan<byte> data, ReplyBuffer replies);

    /// <summary>Gives a request, and its data's buffer, to a thread that is free; false when none is, or when an answer could not be sent.</summary>
    public bool TryHandOver(in Request request, byte[]? data)
    {
        lock (_lock)
        {
            if (_failed || (_idle <= _waiting.Count && !TryStart()))
            {
                return false;
            }

            _waiting.Enqueue((request, data));
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Waits until all that was handed over is served.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ending = true;
            Monitor.PulseAll(_lock);
            while (_threads > 0)
            {
                Monitor.Wait(_lock);
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
            new Thread(Work, StackLength) { IsBackground = true, Name = "NBD request" }.Start();
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
        ReplyBuffer replies = new(channel, sending, resources.Buffers);
        while (Next(out (Request Request, byte[]? Data) work))
        {
            try
            {
                if (!_failed)
                {
                    serve(work.Request, work.Data is null ? default : work.Data.AsSpan(0, (int)work.Request.Length), replies);
                    replies.Release();
                }
            }
            catch (Exception)
            {
                // The answer cannot be sent. The connection's own thread sees the end too, and tells of it.
                _failed = true;
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
        lock (_lock)
        {
            _idle++;
            while (!_waiting.TryDequeue(out work))
            {
                if (_ending || (!Monitor.Wait(_lock, Patience) && _waiting.Count == 0))
                {
                    _idle--;
                    _threads--;
                    resources.Threads.Return(1);
                    Monitor.PulseAll(_lock);
                    return false;
                }
            }

            _idle--;
            return true;
        }
    }
}
