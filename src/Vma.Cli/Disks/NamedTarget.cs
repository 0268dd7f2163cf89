// SPDX-License-Identifier: MIT

namespace Vma.Cli.Disks;

/// <summary>A disk that is restored to, and whose failures become lines for the user.</summary>
/// <param name="target">The disk, which this one owns.</param>
/// <param name="sentence">What could not be done when writing fails, in front of the reason.</param>
internal sealed class NamedTarget(IBlockTarget target, string sentence) : IBlockTarget
{
    public long Length => target.Length;

    public bool ReadsAsZeroes => target.ReadsAsZeroes;

    /// <exception cref="CommandException">It could not be written.</exception>
    public void WriteAt(long offset, ReadOnlySpan<byte> data, CancellationToken cancellationToken = default)
    {
        try
        {
            target.WriteAt(offset, data, cancellationToken);
        }
        catch (Exception failure) when (SystemFailure.Is(failure))
        {
            throw Doing.Failed(sentence, failure);
        }
    }

    /// <exception cref="CommandException">It could not be written.</exception>
    public void WriteZeroesAt(long offset, long length, CancellationToken cancellationToken = default) =>
        OrFail(() => target.WriteZeroesAt(offset, length, cancellationToken));

    /// <exception cref="CommandException">It could not be written.</exception>
    public void Flush(CancellationToken cancellationToken = default) => OrFail(() => target.Flush(cancellationToken));

    /// <summary>Does something else with the disk.</summary>
    /// <exception cref="CommandException">It failed.</exception>
    public void OrFail(Action work) => Doing.OrFail(sentence, work);

    public void Dispose() => target.Dispose();
}
