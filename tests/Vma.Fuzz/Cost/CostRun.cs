// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Fuzz.Cost;

/// <summary>
/// Makes inputs from seeds and tries each, so many in a test run, or as long as <c>VMA_FUZZ_SECONDS</c> says; what fails is saved, with its seed.
/// </summary>
internal static class CostRun
{
    /// <summary>The kinds of input, which are tried one after the other and share the time.</summary>
    private const int Kinds = 5;

    public static void Run(ITestOutputHelper output, string name, int inputs, Func<Random, bool, byte[]> make, Action<byte[]> attempt)
    {
        int start = FuzzTests.Setting("VMA_FUZZ_SEED") ?? 1;
        TimeSpan? duration = FuzzTests.Setting("VMA_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds((double)seconds / Kinds) : null;
        var watch = Stopwatch.StartNew();
        int done = 0;
        for (; duration is { } limit ? watch.Elapsed < limit : done < inputs; done++)
        {
            int seed = unchecked(start * 100_000 + done) & int.MaxValue;
            byte[] input = make(new Random(seed), duration is not null);
            try
            {
                attempt(input);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}, saved as {FuzzTests.Save($"{seed}-{name}", input)}: {failure}");
            }
        }

        output.WriteLine($"{done} inputs from seed {start} on in {watch.Elapsed}; {WorkBound.Used}");
    }
}
