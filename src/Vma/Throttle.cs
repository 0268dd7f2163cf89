// SPDX-License-Identifier: MIT

using Vma.Disks;

namespace Vma;

/// <summary>
/// A limit on bytes per second that one or several disks share. Thread-safe. After a pause at most a tenth of a second's bytes
/// go through at once.
/// </summary>
public sealed class Throttle
{
    private const double BurstSeconds = 0.1;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private double _freeAt;

    /// <summary>A limit of <paramref name="bytesPerSecond"/>, at least 1.</summary>
    public Throttle(long bytesPerSecond, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        BytesPerSecond = bytesPerSecond;
        _time = timeProvider ?? TimeProvider.System;
        _start = _time.GetTimestamp();
        _freeAt = -BurstSeconds;
    }

    /// <summary>The limit.</summary>
    public long BytesPerSecond { get; }

    /// <summary>
    /// A target that writes to <paramref name="target"/> no faster than this limit, and disposes it when it is disposed. Zeros that
    /// need no data to be moved are not counted.
    /// </summary>
    public IBlockTarget LimitWrites(IBlockTarget target) => new ThrottledTarget(target, Take);

    /// <summary>
    /// A source that reads from <paramref name="source"/> no faster than this limit, and disposes it when it is disposed. What is asked of it without
    /// reading is not counted.
    /// </summary>
    public IBlockSource LimitReads(IBlockSource source) => new ThrottledSource(source, Take);

    /// <summary>Takes <paramref name="bytes"/> from the limit, and returns when they may go through.</summary>
    public void Take(long bytes, CancellationToken cancellationToken = default)
    {
        TimeSpan wait = Reserve(bytes);
        if (wait > TimeSpan.Zero && cancellationToken.WaitHandle.WaitOne(wait))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes bytes from the limit and tells how long to wait until they may go through.</summary>
    internal TimeSpan Reserve(long bytes)
    {
        lock (_gate)
        {
            double now = _time.GetElapsedTime(_start).TotalSeconds;
            double from = Math.Max(_freeAt, now - BurstSeconds);
            _freeAt = from + (double)bytes / BytesPerSecond;
            return TimeSpan.FromSeconds(Math.Clamp(_freeAt - now, 0, int.MaxValue / 1000));
        }
    }
}
