// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma.Tests.Threads;

/// <summary>Work for the first thread that comes.</summary>
public sealed class OneTimeWorkTests
{
    [Fact]
    public void Work_is_done_once_however_many_threads_come()
    {
        int done = 0;
        var work = new OneTimeWork(() => done++);
        WorkerGroup.Run(4, "test", () =>
        {
            work.TryDo();
            work.Do();
            Assert.True(work.IsDone);
        });
        Assert.Equal(1, done);
    }

    [Fact]
    public void A_thread_that_tries_does_not_wait_and_one_that_needs_the_work_done_waits()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var work = new OneTimeWork(() =>
        {
            begun.Set();
            Assert.True(end.Wait(TimeSpan.FromMinutes(1)));
        });
        using var threads = new WorkerGroup(1, "test");
        threads.Add(work.Do);
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1)));
        Assert.False(work.TryDo());
        Assert.False(work.IsDone);
        end.Set();
        work.Do();
        Assert.True(work.IsDone);
        Assert.True(work.TryDo());
    }

    [Fact]
    public void When_the_work_throws_the_next_thread_tries_again()
    {
        int tries = 0;
        var work = new OneTimeWork(() => _ = tries++ == 0 ? throw new IOException("gone") : 0);
        Assert.Throws<IOException>(() => work.TryDo());
        Assert.False(work.IsDone);
        work.Do();
        Assert.True(work.IsDone);
    }
}
