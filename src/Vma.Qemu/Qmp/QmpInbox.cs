// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Vma.Qemu.Qmp;

/// <summary>What came from QEMU and was not taken yet: answers, by the numbers of their commands, and events.</summary>
internal sealed class QmpInbox(string name)
{
    private const int MaxEvents = 4096;

    /// <summary>In bytes of their text, which takes up to ten times as much memory once it is parsed. QEMU's events have some hundred bytes.</summary>
    private const int MaxEventBytes = 1 << 20;

    private readonly object _changed = new();
    private readonly Dictionary<long, JsonElement?> _answers = [];
    private readonly LinkedList<(QmpEvent Event, int Length)> _events = [];
    private long _eventBytes;
    private long _lastId;
    private QmpException? _ended;

    /// <summary>Sends a command under the next number, and gives that number. One is sent at a time, in the order of the numbers.</summary>
    public long Send(Action<long> send)
    {
        lock (_changed)
        {
            ThrowIfEnded();
            long id = ++_lastId;
            _answers.Add(id, null);
            try
            {
                send(id);
                return id;
            }
            catch
            {
                _answers.Remove(id);
                throw;
            }
        }
    }

    /// <summary>The answer to a command, whose number is forgotten then; null when it did not come in time.</summary>
    public JsonElement? TakeAnswer(long id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return WaitFor(() => _answers[id], timeout, cancellationToken);
        }
        finally
        {
            lock (_changed)
            {
                _answers.Remove(id);
            }
        }
    }

    /// <summary>The first event of a kind; null when none came in time.</summary>
    public QmpEvent? TakeEvent(Func<QmpEvent, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken)
    {
        return WaitFor(Take, timeout, cancellationToken);

        QmpEvent? Take()
        {
            for (LinkedListNode<(QmpEvent Event, int Length)>? node = _events.First; node is not null; node = node.Next)
            {
                if (predicate(node.Value.Event))
                {
                    Remove(node);
                    return node.Value.Event;
                }
            }

            return null;
        }
    }

    /// <summary>Puts a message where the thread that waits for it finds it.</summary>
    /// <exception cref="QmpException">It is neither an event nor an answer.</exception>
    public void Put(JsonElement message)
    {
        lock (_changed)
        {
            if (message.Text("event") is { } kind)
            {
                AddEvent(new QmpEvent(kind, message.Member("data")), JsonMarshal.GetRawUtf8Value(message).Length);
            }
            else if (message.Number("id") is not { } id || id > _lastId || id <= 0)
            {
                throw QmpMessage.NotQmp(name);
            }
            else if (_answers.ContainsKey(id))
            {
                _answers[id] = message; // else it comes too late, and no thread waits for it
            }

            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>Nothing comes any more. The first reason counts.</summary>
    public void End(QmpException reason)
    {
        lock (_changed)
        {
            _ended ??= reason;
            Monitor.PulseAll(_changed);
        }
    }

    /// <summary>
    /// Keeps an event, unless it is longer than QEMU makes any. The oldest ones are dropped for it where they are too many: no thread waited for them.
    /// </summary>
    private void AddEvent(QmpEvent added, int length)
    {
        if (length > MaxEventBytes)
        {
            return;
        }

        _events.AddLast((added, length));
        _eventBytes += length;
        while (_events.Count > MaxEvents || _eventBytes > MaxEventBytes)
        {
            Remove(_events.First!);
        }
    }

    private void Remove(LinkedListNode<(QmpEvent Event, int Length)> node)
    {
        _eventBytes -= node.Value.Length;
        _events.Remove(node);
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
