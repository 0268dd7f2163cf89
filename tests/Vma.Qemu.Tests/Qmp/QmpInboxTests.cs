// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Qemu.Qmp;

namespace Vma.Qemu.Tests.Qmp;

public sealed class QmpInboxTests
{
    private const int Bound = 1 << 20;

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    [InlineData(4_000_000)]
    public void Events_that_no_caller_waits_for_take_bounded_memory(int length)
    {
        var inbox = new QmpInbox("q");
        Put(inbox, "FIRST", 1);
        for (int i = 0; i < 5000; i++)
        {
            // One element in all: what is measured is what the inbox keeps, not what the test makes.
            Put(inbox, "FLOOD", i < 200 || length < 100_000 ? length : 1);
        }

        Put(inbox, "LAST", 1);
        List<QmpEvent> kept = [];
        while (inbox.TakeEvent(_ => true, TimeSpan.Zero, CancellationToken.None) is { } one)
        {
            kept.Add(one);
        }

        Assert.InRange(kept.Sum(one => one.Text("text")!.Length), 0, Bound);
        Assert.Equal("LAST", kept[^1].Name);
    }

    private static void Put(QmpInbox inbox, string name, int length) =>
        inbox.Put(JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["event"] = name, ["data"] = new { text = new string('x', length) } }));
}
