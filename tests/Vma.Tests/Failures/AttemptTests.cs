// SPDX-License-Identifier: MIT

using Vma.Failures;

namespace Vma.Tests.Failures;

public sealed class AttemptTests
{
    [Fact]
    public void A_failure_of_the_kind_gives_the_other_value()
    {
        Assert.Equal(1, Attempt.Or(() => 1, (IOException _) => 2));
        Assert.Equal(2, Attempt.Or(() => throw new FileNotFoundException(), (IOException _) => 2));
    }

    [Fact]
    public void A_failure_of_the_kind_becomes_the_other_exception()
    {
        var told = Assert.Throws<FormatException>(() => Attempt.Or<int, IOException>(
            () => throw new IOException("gone"), failure => throw new FormatException(failure.Message, failure)));
        Assert.IsType<IOException>(told.InnerException);
    }

    [Fact]
    public void A_failure_of_another_kind_passes()
    {
        Assert.Throws<InvalidOperationException>(() => Attempt.Or(() => throw new InvalidOperationException(), (IOException _) => 2));
        Assert.Throws<InvalidOperationException>(() => Attempt.Quietly<IOException>(() => throw new InvalidOperationException()));
        Assert.Throws<IOException>(() => Attempt.Quietly(() => throw new IOException(), failure => failure is FormatException));
    }

    [Fact]
    public void What_is_done_quietly_says_whether_it_was_done()
    {
        Assert.True(Attempt.Quietly<IOException>(() => { }));
        Assert.False(Attempt.Quietly<IOException>(() => throw new FileNotFoundException()));
        Assert.False(Attempt.Quietly(() => throw new FormatException(), failure => failure is IOException or FormatException));
    }

    [Fact]
    public void What_is_made_into_something_is_disposed_only_when_that_fails()
    {
        using var kept = new MemoryStream();
        Assert.Same(kept, Attempt.Into(kept, stream => stream));
        Assert.True(kept.CanRead);
        Assert.Throws<IOException>(() => Attempt.Into<MemoryStream, int>(kept, _ => throw new IOException()));
        Assert.False(kept.CanRead);
    }

    [Fact]
    public void A_refusal_names_the_parameter()
    {
        ArgumentException.ThrowIf(false, "wrong", "name");
        InvalidOperationException.ThrowIf(false, "wrong");
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => ArgumentException.ThrowIf(true, "wrong", "name")).ParamName);
        Assert.Equal("wrong", Assert.Throws<InvalidOperationException>(() => InvalidOperationException.ThrowIf(true, "wrong")).Message);
    }
}
