// SPDX-License-Identifier: MIT

using Vma.Compression;

namespace Vma.Tests.Compression;

/// <summary>Threads that decode what is wanted soon.</summary>
public sealed class DecodingThreadsTests
{
    [Fact]
    public void All_that_was_given_is_done_at_the_end_by_no_more_threads_than_allowed()
    {
        var workers = new HashSet<int>();
        int done = 0;
        using (var threads = new DecodingThreads(3))
        {
            for (int i = 0; i < 500; i++)
            {
                threads.Add(new Work(() =>
                {
                    lock (workers)
                    {
                        workers.Add(Environment.CurrentManagedThreadId);
                        done++;
                    }
                }));
            }
        }

        Assert.Equal(500, done);
        Assert.InRange(workers.Count, 1, 3);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, workers);
    }

    [Fact]
    public void Work_that_waits_for_other_work_does_not_hold_it_up_while_there_are_threads()
    {
        using var threads = new DecodingThreads(2);
        using var second = new ManualResetEventSlim();
        using var first = new ManualResetEventSlim();
        threads.Add(new Work(() =>
        {
            Assert.True(second.Wait(TimeSpan.FromMinutes(1)));
            first.Set();
        }));
        threads.Add(new Work(second.Set));
        Assert.True(first.Wait(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Who_waits_can_do_what_no_thread_has_begun()
    {
        using var threads = new DecodingThreads(1);
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        int helper = 0;
        threads.Add(new Work(() =>
        {
            begun.Set();
            Assert.True(end.Wait(TimeSpan.FromMinutes(1)));
        }));
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1)));
        threads.Add(new Work(() => helper = Environment.CurrentManagedThreadId));
        Assert.True(threads.TryHelp());
        Assert.Equal(Environment.CurrentManagedThreadId, helper);
        Assert.False(threads.TryHelp());
        end.Set();
    }

    private sealed class Work(Action action) : IThreadPoolWorkItem
    {
        public void Execute() => action();
    }
}
