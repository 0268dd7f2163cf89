// SPDX-License-Identifier: MIT

using Vma.Failures;

namespace Vma.Nbd;

/// <summary>A disk that a server gives to its clients: to read, to write, or both.</summary>
public sealed class NbdExport
{
    private const int SmallestPreferredBlock = 512;

    /// <summary>
    /// A disk to read where there is a source, to write where there is a target; both have one length. Without a source the server refuses to read.
    /// </summary>
    /// <exception cref="ArgumentException">There is neither, the lengths differ, or the name has more than 4096 bytes or a NUL in it.</exception>
    public NbdExport(string name, IBlockSource? source, IBlockTarget? target = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIf(!NbdText.IsName(name), $"An export's name has at most {NbdLimits.LongestText} bytes, and no NUL.", nameof(name));
        ArgumentException.ThrowIf(source is null && target is null, "An export needs something to read from or to write to.", nameof(source));
        ArgumentException.ThrowIf(source is not null && target is not null && source.Length != target.Length,
            "What is read and what is written have different lengths.", nameof(target));

        Name = name;
        Source = source;
        Target = target;
        Length = source?.Length ?? target!.Length;
    }

    /// <summary>The name that clients ask for.</summary>
    public string Name { get; }

    /// <summary>What <c>nbdinfo --list</c> shows beside the name; at most 4096 bytes. The default is empty.</summary>
    public string Description
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = NbdText.Fits(value) ? value : throw new ArgumentException($"A description has at most {NbdLimits.LongestText} bytes.", nameof(value));
        }
    } = string.Empty;

    /// <summary>What clients read; null where they only write.</summary>
    public IBlockSource? Source { get; }

    /// <summary>What clients write to; null where they only read.</summary>
    public IBlockTarget? Target { get; }

    /// <summary>The disk's size in bytes, when the export was made.</summary>
    public long Length { get; }

    /// <summary>The size of requests that clients should prefer: a power of two from 512 to 32 MiB. The default is 4096.</summary>
    public int PreferredBlockSize
    {
        get;
        init => field = int.IsPow2(NbdLimits.InRange(SmallestPreferredBlock, NbdLimits.LargestRequest, value))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a power of two");
    } = 4096;

    /// <summary>
    /// The most requests of one connection that the server works on at once, at least 1, where that is less than
    /// <see cref="NbdServerOptions.MaxRequestsInFlight"/>. For a disk whose reads keep processors busy, as decompression does: more requests than processors
    /// only get in each other's way. A <c>VmaArchive</c> tells in <c>Parallelism</c>. The default is no limit of its own.
    /// </summary>
    public int MaxRequestsInFlight { get; init => field = NbdLimits.InRange(1, int.MaxValue, value); } = int.MaxValue;

    /// <summary>Whether TRIM makes zeros of what it frees; otherwise it does nothing. The default is false.</summary>
    public bool TrimMakesZeroes { get; init; }

    /// <summary>Whether the server disposes the disks when it is disposed. The default is false: they belong to the caller.</summary>
    public bool OwnsDisks { get; init; }
}
