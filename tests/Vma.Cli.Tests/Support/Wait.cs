// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Cli.Tests.Support;

/// <summary>Waits for what comes soon, or fails.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Patience, "what was waited for did not come");
            Thread.Sleep(1);
        }
    }
}
