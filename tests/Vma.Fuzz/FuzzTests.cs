// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Vma.Fuzz;

/// <summary>
/// Runs mutants through everything that reads archives. <c>VMA_FUZZ_SECONDS</c> makes it run that long, <c>VMA_FUZZ_SEED</c> starts it
/// elsewhere; a failing mutant is saved and named by its seed.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int MutantsInATestRun = 20_000;
    private const int MutantsPerSample = 50;
    private const long MaxAllocation = 64L << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Every_mutant_is_read_as_it_was_or_reported_within_bounds_of_time_and_memory()
    {
        int start = Setting("VMA_FUZZ_SEED") ?? 1;
        TimeSpan? duration = Setting("VMA_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var watch = Stopwatch.StartNew();
        int next = -1, done = 0;
        long largest = 0;
        var failures = new List<string>();
        var workers = new Thread[Environment.ProcessorCount];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Work);
            workers[i].Start();
        }

        foreach (Thread worker in workers)
        {
            worker.Join();
        }

        output.WriteLine($"{done} mutants from seed {start} on in {watch.Elapsed}; the largest took {largest / 1024} KiB");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        return;

        void Work()
        {
            while (failures.Count < 5)
            {
                int batch = Interlocked.Increment(ref next);
                if (duration is { } limit ? watch.Elapsed > limit : batch >= MutantsInATestRun / MutantsPerSample)
                {
                    return;
                }

                Sample sample = Sample.Make(start + batch);
                Sample other = Sample.Make(start + batch + 1);
                for (int i = 0; i < MutantsPerSample; i++)
                {
                    RunOne(sample, other, start + batch, i);
                }
            }
        }

        void RunOne(Sample sample, Sample other, int sampleSeed, int index)
        {
            int seed = unchecked(sampleSeed * 1000 + index);
            Mutant mutant = Mutator.Make(seed, sample, other);
            var one = Stopwatch.StartNew();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                new Invariants(mutant).Check();
                if (one.Elapsed > Patience)
                {
                    throw new TimeoutException($"took {one.Elapsed}");
                }

                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (allocated > MaxAllocation)
                {
                    throw new InsufficientMemoryException($"allocated {allocated} bytes");
                }

                lock (failures)
                {
                    largest = Math.Max(largest, allocated);
                    done++;
                }
            }
            catch (Exception failure)
            {
                string path = Save($"mutant-{sampleSeed}-{index}.vma", mutant.Archive);
                lock (failures)
                {
                    failures.Add($"seed {sampleSeed}, mutant {index} ({mutant.Story}): {failure.GetType().Name}: {failure.Message}; " +
                        $"saved as {path}\n{failure.StackTrace}");
                }
            }
        }
    }

    internal static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : null;

    internal static string Save(string name, byte[] archive)
    {
        string root = typeof(FuzzTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "RootDirectory").Value!;
        string directory = Path.Combine(root, "artifacts", "fuzz");
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, name);
        File.WriteAllBytes(path, archive);
        return path;
    }
}
