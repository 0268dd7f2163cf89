// SPDX-License-Identifier: MIT

using Vma.Nbd.Wire;

namespace Vma.Nbd.Client;

/// <summary>The requests of one connection that wait for an answer, until the connection breaks. Thread-safe.</summary>
internal sealed unsafe class PendingRequests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, PendingRequest> _waiting = [];
    private ulong _lastCookie;
    private Exception? _broken;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public bool IsBroken => Volatile.Read(ref _broken) is not null;

    /// <summary>Gives a request its cookie, and waits for its answer from now on.</summary>
    /// <exception cref="NbdException">The connection broke.</exception>
    public PendingRequest Add(ref Request request, byte* destination, uint context)
    {
        lock (_gate)
        {
            if (_broken is not null)
            {
                throw NbdException.Lost(_broken.Message, _broken);
            }

            request = request with { Cookie = unchecked(++_lastCookie) };
            var pending = new PendingRequest(request, destination, context);
            _waiting.Add(request.Cookie, pending);
            return pending;
        }
    }

    public PendingRequest? Find(ulong cookie)
    {
        lock (_gate)
        {
            return _waiting.GetValueOrDefault(cookie);
        }
    }

    public void Finish(ulong cookie)
    {
        PendingRequest? pending;
        lock (_gate)
        {
            _waiting.Remove(cookie, out pending);
        }

        pending?.Complete();
    }

    /// <summary>Takes no more requests; false when that is so already.</summary>
    public bool TryBreak(Exception reason)
    {
        lock (_gate)
        {
            bool isFirst = _broken is null;
            _broken ??= reason;
            return isFirst;
        }
    }

    /// <summary>Completes all requests of a connection that broke, without an answer.</summary>
    public void FailAll()
    {
        PendingRequest[] left;
        lock (_gate)
        {
            left = [.. _waiting.Values];
            _waiting.Clear();
        }

        Array.ForEach(left, pending => pending.Complete(_broken));
    }
}
