// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Nbd.Wire;

namespace Vma.Nbd;

/// <summary>A disk that a server gives to its clients: to read, to write, or both.</summary>
public sealed class NbdExport
{
    private const int SmallestPreferredBlock = 512;

    private int _preferredBlockSize = 4096;

    /// <summary>
    /// A disk to read where there is a source, to write where there is a target; both have one length. Reads of a sink, which has a target
    /// only, are refused.
    /// </summary>
    /// <exception cref="ArgumentException">There is neither, the lengths differ, or the name has more than 4096 bytes.</exception>
    public NbdExport(string name, IBlockSource? source, IBlockTarget? target = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Encoding.UTF8.GetByteCount(name) > Protocol.LongestString || name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"An export's name has at most {Protocol.LongestString} bytes, and no NUL.", nameof(name));
        }

        if (source is null && target is null)
        {
            throw new ArgumentException("An export needs something to read from or to write to.", nameof(source));
        }

        if (source is not null && target is not null && source.Length != target.Length)
        {
            throw new ArgumentException("What is read and what is written have different lengths.", nameof(target));
        }

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
            field = Encoding.UTF8.GetByteCount(value) <= Protocol.LongestString ? value : throw new ArgumentException($"A description has at most {Protocol.LongestString} bytes.", nameof(value));
        }
    } = string.Empty;

    /// <summary>What is read; null for a sink.</summary>
    public IBlockSource? Source { get; }

    /// <summary>What is written; null for an export that is only read.</summary>
    public IBlockTarget? Target { get; }

    /// <summary>The disk's size in bytes, when the export was made.</summary>
    public long Length { get; }

    /// <summary>The size of requests that clients should prefer to have: a power of two from 512 to 32 MiB. The default is 4096.</summary>
    public int PreferredBlockSize
    {
        get => _preferredBlockSize;
        init => _preferredBlockSize = value is >= SmallestPreferredBlock and <= Protocol.LargestRequest && int.IsPow2(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A block size is a power of two from 512 to 33554432.");
    }

    /// <summary>
    /// The most requests of one connection that are worked on at once, at least 1, where that is less than <see cref="NbdServerOptions.MaxRequestsInFlight"/>.
    /// For a disk whose reads keep processors busy, as decompression does, more of them than processors only get in each other's way; a
    /// <c>VmaArchive</c> tells in <c>Parallelism</c>. The default is no limit of its own.
    /// </summary>
    public int MaxRequestsInFlight
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least one request is worked on.");
    } = int.MaxValue;

    /// <summary>Whether TRIM makes zeros of what it frees; otherwise it does nothing. The default is false.</summary>
    public bool TrimMakesZeroes { get; init; }

    /// <summary>Whether the server disposes the disks when it is disposed. The default is false: they belong to the caller.</summary>
    public bool OwnsDisks { get; init; }
}
