// SPDX-License-Identifier: MIT

namespace Vma.Writing;

/// <summary>
/// Extents that clusters from anywhere go into, in the order they come. Full ones are compressed on other threads, as many at once as
/// there are workers. Not thread-safe.
/// </summary>
internal sealed class SharedExtents(ExtentSink sink, int clustersPerExtent, int workers) : IDisposable
{
    private readonly Queue<Task> _inFlight = new();
    private ExtentPacker? _current;

    /// <summary>An extent with room for a cluster.</summary>
    public ExtentPacker Current
    {
        get
        {
            if (_current is { IsFull: true })
            {
                Send();
            }

            return _current ??= new ExtentPacker(clustersPerExtent);
        }
    }

    /// <summary>Sends what there is, and returns when all is written.</summary>
    public void Flush()
    {
        if (_current is { IsEmpty: false })
        {
            Send();
        }

        WaitUntilInFlight(0);
    }

    /// <summary>Returns when nothing is written any more; what waits for its turn never is.</summary>
    public void Dispose()
    {
        sink.Fail(new ObjectDisposedException(nameof(VmaWriter)));
        while (_inFlight.TryDequeue(out Task? sent))
        {
            ((IAsyncResult)sent).AsyncWaitHandle.WaitOne();
        }

        _current?.Dispose();
        _current = null;
    }

    private void Send()
    {
        ExtentPacker packer = _current!;
        long turn = sink.Seal(packer);
        if (sink.Encoding.IsPlain)
        {
            sink.Write(turn, packer);
            packer.Reset();
            return;
        }

        _current = null;
        _inFlight.Enqueue(Task.Run(() =>
        {
            using (packer)
            {
                sink.Write(turn, packer);
            }
        }));
        WaitUntilInFlight(workers);
    }

    private void WaitUntilInFlight(int count)
    {
        while (_inFlight.Count > count)
        {
            _inFlight.Dequeue().GetAwaiter().GetResult();
        }
    }
}
