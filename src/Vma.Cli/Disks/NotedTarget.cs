// SPDX-License-Identifier: MIT

namespace Vma.Cli.Disks;

/// <summary>A target that keeps what went wrong with it, so that it can be told whose failure ended a restore.</summary>
internal sealed class NotedTarget(IBlockTarget target) : IBlockTarget
{
    private Exception? _failure;

    /// <summary>The first failure; null when there was none.</summary>
    public Exception? Failure => _failure;

    public long Length => target.Length;

    public bool ReadsAsZeroes => target.ReadsAsZeroes;

    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        try
        {
            target.WriteAt(offset, data, cancellationToken);
        }
        catch (Exception failure) when (Note(failure))
        {
            throw;
        }
    }

    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) =>
        Noting(() => target.WriteZeroesAt(offset, length, cancellationToken));

    public void Flush(CancellationToken cancellationToken = default) => Noting(() => target.Flush(cancellationToken));

    /// <summary>Does something with the disk, and notes its failure.</summary>
    public void Noting(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (Note(failure))
        {
            throw;
        }
    }

    public void Dispose() => target.Dispose();

    private bool Note(Exception failure)
    {
        _ = Interlocked.CompareExchange(ref _failure, failure, null);
        return false;
    }
}
