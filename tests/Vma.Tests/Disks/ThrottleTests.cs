// SPDX-License-Identifier: MIT

namespace Vma.Tests.Disks;

public sealed class ThrottleTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void After_a_tenth_of_a_second_of_burst_bytes_wait_as_long_as_the_limit_says()
    {
        var throttle = new Throttle(1_000_000, _clock);
        Assert.Equal(0, throttle.Reserve(100_000).TotalSeconds, 6);
        Assert.Equal(1, throttle.Reserve(1_000_000).TotalSeconds, 6);
        Assert.Equal(1.5, throttle.Reserve(500_000).TotalSeconds, 6);
        _clock.Advance(1);
        Assert.Equal(0.75, throttle.Reserve(250_000).TotalSeconds, 6);
    }

    [Fact]
    public void A_pause_saves_no_more_than_a_tenth_of_a_second()
    {
        var throttle = new Throttle(1_000_000, _clock);
        throttle.Reserve(1_000_000);
        _clock.Advance(3600);
        Assert.Equal(0, throttle.Reserve(100_000).TotalSeconds, 6);
        Assert.Equal(0.1, throttle.Reserve(100_000).TotalSeconds, 6);
    }

    [Fact]
    public void Over_a_long_time_the_rate_is_the_limit()
    {
        var throttle = new Throttle(12_345_678, _clock);
        var random = new Random(1);
        double bytes = 0;
        while (_clock.Seconds < 100)
        {
            int next = random.Next(1, 262_144);
            bytes += next;
            _clock.Advance(throttle.Reserve(next).TotalSeconds);
        }

        Assert.Equal(12_345_678, bytes / _clock.Seconds, tolerance: 12_345_678 * 0.005);
    }

    [Fact]
    public void A_wait_ends_when_it_is_cancelled()
    {
        var throttle = new Throttle(1);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => throttle.Take(1_000_000, cancelled.Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_is_at_least_one(long bytes) => Assert.Throws<ArgumentOutOfRangeException>(() => new Throttle(bytes));

    [Fact]
    public void Even_an_absurd_wait_is_a_time_span() => Assert.True(new Throttle(1, _clock).Reserve(long.MaxValue) > TimeSpan.Zero);

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; private set; }

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);

        public void Advance(double seconds) => Seconds += seconds;
    }
}
