// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma.Tests.Threads;

/// <summary>Threads that do what is added.</summary>
public sealed class WorkerGroupTests
{
    [Fact]
    public void All_that_was_given_is_done_at_the_end_by_no_more_threads_than_allowed()
    {
        var workers = new HashSet<int>();
        int done = 0;
        using (var threads = new WorkerGroup(3, "test"))
        {
            for (int i = 0; i < 500; i++)
            {
                threads.Add(() =>
                {
                    lock (workers)
                    {
                        workers.Add(Environment.CurrentManagedThreadId);
                        done++;
                    }
                });
            }
        }

        Assert.Equal(500, done);
        Assert.InRange(workers.Count, 1, 3);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, workers);
    }

    [Fact]
    public void Work_that_waits_for_other_work_does_not_hold_it_up_while_there_are_threads()
    {
        using var threads = new WorkerGroup(2, "test");
        using var second = new ManualResetEventSlim();
        using var first = new ManualResetEventSlim();
        threads.Add(() =>
        {
            Assert.True(second.Wait(TimeSpan.FromMinutes(1)));
            first.Set();
        });
        threads.Add(second.Set);
        Assert.True(first.Wait(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void The_caller_can_do_what_no_thread_has_begun()
    {
        using var threads = new WorkerGroup(1, "test");
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        int helper = 0;
        threads.Add(() =>
        {
            begun.Set();
            Assert.True(end.Wait(TimeSpan.FromMinutes(1)));
        });
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1)));
        threads.Add(() => helper = Environment.CurrentManagedThreadId);
        Assert.True(threads.TryHelp());
        Assert.Equal(Environment.CurrentManagedThreadId, helper);
        Assert.False(threads.TryHelp());
        end.Set();
    }

    [Fact]
    public void The_first_failure_is_thrown_when_all_have_ended_and_the_order_tells_which_is_the_first()
    {
        int next = 0;
        using var all = new Barrier(3);
        Exception thrown = Assert.Throws<IOException>(() => WorkerGroup.Run(3, "test", Work, static (left, right) => string.CompareOrdinal(left.Message, right.Message)));
        Assert.Equal("1", thrown.Message);
        Assert.Equal(3, next);

        void Work()
        {
            int number = Interlocked.Increment(ref next);
            Assert.True(all.SignalAndWait(TimeSpan.FromMinutes(1)));
            throw new IOException($"{number}");
        }
    }

    [Fact]
    public void A_wait_ends_when_as_few_are_unfinished_as_was_said()
    {
        using var threads = new WorkerGroup(2, "test");
        using var end = new ManualResetEventSlim();
        int done = 0;
        threads.Add(() => Assert.True(end.Wait(TimeSpan.FromMinutes(1))));
        for (int i = 0; i < 20; i++)
        {
            threads.Add(() => Interlocked.Increment(ref done));
        }

        threads.WaitFor(1);
        Assert.Equal(20, done);
        end.Set();
        threads.WaitFor(0);
    }

    [Fact]
    public void Without_threads_the_caller_does_the_work()
    {
        using var threads = new WorkerGroup(0, "test");
        int worker = 0;
        threads.Add(() => worker = Environment.CurrentManagedThreadId);
        Assert.Equal(Environment.CurrentManagedThreadId, worker);
        threads.Add(static () => throw new IOException("gone"));
        Assert.Throws<IOException>(() => threads.WaitFor(0));
    }
}
