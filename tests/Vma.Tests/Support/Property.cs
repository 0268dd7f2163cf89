// SPDX-License-Identifier: MIT

using System.Globalization;
using Xunit.Sdk;

namespace Vma.Tests.Support;

/// <summary>
/// Runs a test body once per seed. A failure names the seed; with the environment variable VMA_TEST_SEED only that one runs.
/// </summary>
internal static class Property
{
    public static void ForSeeds(int count, Action<Random> body) => ForSeeds(count, (random, _) => body(random));

    public static void ForSeeds(int count, Action<Random, int> body)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("VMA_TEST_SEED"), CultureInfo.InvariantCulture, out int only))
        {
            Run(only, body);
            return;
        }

        for (int seed = 1; seed <= count; seed++)
        {
            Run(seed, body);
        }
    }

    private static void Run(int seed, Action<Random, int> body)
    {
        try
        {
            body(new Random(seed), seed);
        }
        catch (Exception failure)
        {
            throw new XunitException($"With seed {seed} (run it alone with VMA_TEST_SEED={seed}): {failure.Message}", failure);
        }
    }
}
