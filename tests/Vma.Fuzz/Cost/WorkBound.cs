// SPDX-License-Identifier: MIT

namespace Vma.Fuzz.Cost;

/// <summary>Tests that measure what the process does, and so run while no other does.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

/// <summary>
/// What work may take: a constant, and so much for each byte that comes in or goes out. What is counted decides: bytes that are read, and bytes that are
/// allocated. Processor time is a second bound, and so coarse that a slow and busy machine stays within it. What is in use at once is bounded for the
/// whole process, by the limit of its heap.
/// </summary>
/// <param name="FreeBytes">How many bytes may be allocated whatever the input.</param>
/// <param name="FreeTime">How long a processor may be busy whatever the input.</param>
internal sealed record WorkBound(long FreeBytes, TimeSpan FreeTime)
{
    private const int AllocatedPerByte = 128, ReadPerByte = 64;
    private const long FreeReads = 24 << 20;
    private static readonly TimeSpan TimePerByte = TimeSpan.FromMicroseconds(1);

    public static WorkBound Usual { get; } = new(160 << 20, TimeSpan.FromSeconds(2));

    /// <summary>For what may decode to much, of which a reader takes 1 GiB of nothing new.</summary>
    public static WorkBound Dense { get; } = new(160 << 20, TimeSpan.FromSeconds(12));

    /// <summary>Its decoder is new for each member, of which so many may be small, and takes 8 MiB each time; and it is slow.</summary>
    public static WorkBound Bzip2 { get; } = new(3L << 30, TimeSpan.FromSeconds(40));

    /// <summary>The largest shares of the bounds that were used so far.</summary>
    private static (double Allocated, double Read, double Time) Largest { get; set; }

    /// <summary>Does a piece of work, and throws when it was out of proportion.</summary>
    /// <param name="what">The work, as the failure names it.</param>
    /// <param name="input">How many bytes come from outside.</param>
    /// <param name="work">Does it; the result is how many bytes came out, and how many were read.</param>
    /// <returns>The larger share of what is counted.</returns>
    public double Require(string what, long input, Func<(long Output, long Read)> work)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan start = Environment.CpuUsage.TotalTime;
        (long output, long read) = work();
        TimeSpan time = Environment.CpuUsage.TotalTime - start;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        long bytes = input + output;
        double allocatedShare = (double)allocated / (FreeBytes + (AllocatedPerByte * bytes));
        double readShare = (double)read / (FreeReads + (ReadPerByte * input));
        double timeShare = time / (FreeTime + (TimePerByte * bytes));
        Largest = (Math.Max(Largest.Allocated, allocatedShare), Math.Max(Largest.Read, readShare), Math.Max(Largest.Time, timeShare));
        return allocatedShare <= 1 && readShare <= 1 && timeShare <= 1 ? Math.Max(allocatedShare, readShare)
            : throw new InvalidOperationException(
                $"{what}: {input} bytes came in and {output} went out; {read} were read, {allocated} allocated, and it took {time.TotalSeconds:0.0} s");
    }

    /// <summary>How far away the bounds are, for people.</summary>
    public static string Used =>
        $"of the bounds at most {Largest.Allocated:P0} of the memory, {Largest.Read:P0} of the reads and {Largest.Time:P0} of the time";
}
