// SPDX-License-Identifier: MIT

using Vma.Threads;

namespace Vma.Tests.Threads;

/// <summary>The order in which threads come through.</summary>
public sealed class TurnstileTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Work_is_done_in_the_order_of_the_turns_whichever_thread_comes_first(int mostLeft)
    {
        const int Turns = 2000;
        var turnstile = new Turnstile(mostLeft);
        var done = new List<long>();
        long next = -1;
        WorkerGroup.Run(4, "test", () =>
        {
            for (long turn = Interlocked.Increment(ref next); turn < Turns; turn = Interlocked.Increment(ref next))
            {
                long own = turn;
                if (!turnstile.TryLeave(own, () => done.Add(own)))
                {
                    turnstile.WaitFor(own);
                    done.Add(own);
                    turnstile.Pass(own);
                }
            }
        });
        turnstile.WaitFor(Turns);
        Assert.Equal(Enumerable.Range(0, Turns).Select(static turn => (long)turn), done);
    }

    [Fact]
    public void Work_is_left_only_for_a_turn_that_has_not_come_and_no_more_of_it_than_allowed()
    {
        var turnstile = new Turnstile(mostLeft: 2);
        var done = new List<int>();
        Assert.False(turnstile.TryLeave(0, () => done.Add(0)));
        Assert.True(turnstile.TryLeave(1, () => done.Add(1)));
        Assert.True(turnstile.CanLeave(3));
        Assert.True(turnstile.TryLeave(3, () => done.Add(3)));
        Assert.False(turnstile.CanLeave(2));
        Assert.False(turnstile.TryLeave(2, () => done.Add(2)));
        turnstile.Pass(0);
        Assert.Equal([1], done);
        turnstile.WaitFor(2);
        turnstile.Pass(2);
        Assert.Equal([1, 3], done);
        turnstile.WaitFor(4);
    }

    [Fact]
    public void A_failure_ends_all_waiting_and_only_the_first_one_counts()
    {
        var turnstile = new Turnstile(mostLeft: 2);
        Exception? seen = null;
        var waiter = new Thread(() => seen = Record.Exception(() => turnstile.WaitFor(5)));
        waiter.Start();
        turnstile.Fail(new IOException("first"));
        turnstile.Fail(new IOException("second"));
        Assert.True(waiter.Join(TimeSpan.FromMinutes(1)));
        Assert.Equal("first", Assert.IsType<IOException>(seen).Message);
        Assert.Equal("first", Assert.Throws<IOException>(() => turnstile.WaitFor(0)).Message);
        Assert.False(turnstile.TryLeave(1, static () => { }));
    }
}
