// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Testing;

/// <summary>Waits for what comes soon and only shows outside of this process, or fails.</summary>
public static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="condition">What is waited for.</param>
    /// <param name="process">The process that brings it about; when it ends first, waiting fails at once.</param>
    public static void Until(Func<bool> condition, Process? process = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(process is { HasExited: true }, $"{process?.StartInfo.FileName} ended before what was waited for came");
            Assert.True(watch.Elapsed < Patience, "what was waited for did not come");
            Thread.Sleep(1);
        }
    }
}
