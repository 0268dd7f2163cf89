// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vma;

/// <summary>What several records of options have as their default.</summary>
public static class VmaDefaults
{
    /// <summary>Each thread takes an extent's memory, 4 to 8 MiB, and all of them share one stream.</summary>
    private const int MostThreads = 4;
    private const int MostDecoders = 8;

    /// <summary>How many threads an operation has when its caller does not say: one for each processor, at most 4.</summary>
    public static int Parallelism { get; } = Math.Clamp(Environment.ProcessorCount, 1, MostThreads);

    /// <summary>
    /// How much memory the window of a zstd frame may take when its caller does not say, in bytes: 128 MiB, what <c>zstd --long=27</c> makes. A frame can
    /// ask for up to 2 GiB.
    /// </summary>
    public static long DecoderMemory => 128L << 20;

    /// <summary>How many threads decode the frames of an archive that is read forward, beside those that use its extents.</summary>
    internal static int Decoders { get; } = Math.Clamp(Environment.ProcessorCount, 1, MostDecoders);

    /// <summary>The value of an option that has a smallest one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than that.</exception>
    internal static T AtLeast<T>(T least, T value, string? text = null, [CallerMemberName] string option = "")
        where T : INumber<T> => value >= least ? value : throw new ArgumentOutOfRangeException(option, value, $"at least {text ?? $"{least}"}");
}
