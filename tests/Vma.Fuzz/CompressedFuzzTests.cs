// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Fuzz;

/// <summary>Damage to compressed streams, through everything that reads archives.</summary>
public sealed class CompressedFuzzTests
{
    private const int Mutants = 4000;
    private const int Seed = 1;
    private const long MaxAllocation = 192L << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Every_damaged_stream_is_reported_or_means_the_same_within_bounds_of_time_and_memory()
    {
        CompressedSample[] samples = CompressedSample.MakeAll(Seed);
        var failures = new List<string>();
        int next = -1;
        Thread[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        Assert.True(failures.Count == 0, string.Join('\n', failures));

        void Work()
        {
            while (Interlocked.Increment(ref next) is var number && number < Mutants && failures.Count < 5)
            {
                CompressedSample sample = samples[number % samples.Length];
                byte[] damaged = Damage(new Random(Seed + number), sample.Compressed, out string story);
                var watch = Stopwatch.StartNew();
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    new CompressedInvariants(sample, damaged).Check();
                    long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                    Assert.True(watch.Elapsed < Patience && allocated < MaxAllocation, $"took {watch.Elapsed} and {allocated} bytes");
                }
                catch (Exception failure)
                {
                    lock (failures)
                    {
                        failures.Add($"mutant {number} of {sample.Command} ({story}): {failure.GetType().Name}: {failure.Message}\n{failure.StackTrace}");
                    }
                }
            }
        }
    }

    internal static byte[] Damage(Random random, byte[] stream, out string story)
    {
        int at = random.Next(random.Next(3) == 0 ? Math.Min(stream.Length, 60) : stream.Length);
        int count = random.Next(1, Math.Min(5000, stream.Length - at) + 1);
        byte[] noise = new byte[count];
        random.NextBytes(noise);
        (story, byte[] damaged) = random.Next(5) switch
        {
            0 => ("bit flipped", [.. stream[..at], (byte)(stream[at] ^ 1 << random.Next(8)), .. stream[(at + 1)..]]),
            1 => ("overwritten", [.. stream[..at], .. noise, .. stream[(at + count)..]]),
            2 => ("cut", stream[..at]),
            3 => ("removed", [.. stream[..at], .. stream[(at + count)..]]),
            _ => ("inserted", (byte[])[.. stream[..at], .. noise, .. stream[at..]]),
        };
        story += $" at {at}, {count} bytes";
        return damaged;
    }
}
