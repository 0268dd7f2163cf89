// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Tests.Posix;

/// <summary>A file that is whole gets its final name, and nothing that has the name is replaced.</summary>
public sealed class FinalNameTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public static TheoryData<string> Ways => ["rename", "link", "look first"];

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_name_that_is_free_is_given(string way)
    {
        _scratch.File("temporary", 1, 2, 3);
        Assert.True(Give(way, "temporary"));
        Assert.Equal(["final"], _scratch.Entries);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_scratch["final"]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_has_the_name_stays(string way)
    {
        _scratch.File("temporary", 1, 2, 3);
        _scratch.File("final", [.. "precious"u8]);
        Assert.False(Give(way, "temporary"));
        Assert.Equal("precious", File.ReadAllText(_scratch["final"]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_scratch["temporary"]));
        IOException told = Assert.Throws<IOException>(() => FinalName.Give(_scratch["temporary"], _scratch["final"]));
        Assert.Contains(_scratch["final"], told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rename")]
    [InlineData("link")]
    public void Of_many_that_want_the_name_at_once_one_gets_it(string way)
    {
        for (int round = 0; round < 100; round++)
        {
            File.Delete(_scratch["final"]);
            string[] names = [.. Enumerable.Range(0, 4).Select(number => Path.GetFileName(_scratch.File($"temporary{number}", (byte)number)))];
            var given = new bool[names.Length];
            using var start = new Barrier(names.Length);
            Thread[] threads = [.. names.Select((name, number) => new Thread(() =>
            {
                start.SignalAndWait();
                given[number] = Give(way, name);
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Equal(Array.IndexOf(given, true), Assert.Single(File.ReadAllBytes(_scratch["final"])));
            Assert.Single(given, true);
        }
    }

    [Fact]
    public void A_file_that_is_gone_is_told()
    {
        Assert.Throws<FileNotFoundException>(() => FinalName.Give(_scratch["temporary"], _scratch["final"]));
        Assert.Empty(_scratch.Entries);
    }

    private bool Give(string way, string temporary)
    {
        (string from, string to) = (_scratch[temporary], _scratch["final"]);
        return way switch
        {
            "rename" => FinalName.TryGive(from, to),
            "link" => FinalName.TryLink(from, to),
            _ => FinalName.TryMove(from, to),
        };
    }
}
