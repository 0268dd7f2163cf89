// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma.Writing;

/// <summary>
/// Extents that clusters from anywhere go into, in the order they come. Full ones are compressed on other threads, as many at once as
/// there are workers. Not thread-safe.
/// </summary>
internal sealed class SharedExtents(ExtentSink sink, int clustersPerExtent, int workers) : IDisposable
{
    private readonly WorkerGroup _encoding = new(workers, "vma encoding");
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

        _encoding.WaitFor(unfinished: 0);
    }

    /// <summary>Returns when nothing is written any more; what waits for its turn never is.</summary>
    public void Dispose()
    {
        sink.Fail(new ObjectDisposedException(nameof(VmaWriter)));
        _encoding.Dispose();
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
        _encoding.Add(() =>
        {
            using (packer)
            {
                sink.Write(turn, packer);
            }
        });
        _encoding.WaitFor(workers);
    }
}
