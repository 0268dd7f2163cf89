// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Nbd.Tests.Readme;

/// <summary>What the package's README shows, compared with code that is compiled and run here.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly Place _place = new();
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _output.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void The_README_shows_the_code_that_these_tests_run()
    {
        string directory = Path.Combine(Places.Root, "tests", "Vma.Nbd.Tests", "Readme");
        string compiled = WithoutIndentation(File.ReadAllText(Path.Combine(directory, "ReadmeSamples.cs")));
        string readme = File.ReadAllText(Path.Combine(Places.Root, "src", "Vma.Nbd", "README.md"));
        string[] shown = [.. CodeBlock().Matches(readme).Select(block => WithoutIndentation(block.Groups["code"].Value))];

        Assert.Equal(5, shown.Length);
        Assert.All(shown, code => Assert.Contains(code, compiled, StringComparison.Ordinal));
    }

    [Fact]
    public void The_READMEs_server_gives_a_raw_disk_to_its_client()
    {
        var before = new byte[3 << 20];
        new Random(1).NextBytes(before);
        File.WriteAllBytes(_place["disk.raw"], before);
        ReadmeSamples.Serve(_place["disk.raw"], _place["s"], _output, () =>
            Assert.All(_output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), ReadmeSamples.ReadAndWrite));

        before.AsSpan(0, 512).CopyTo(before.AsSpan(4096));
        before.AsSpan(8192, 65536).Clear();
        Assert.Equal(2, _output.ToString().Count(character => character == '\n'));
        Assert.Equal(before, File.ReadAllBytes(_place["disk.raw"]));
    }

    [Fact]
    public void The_READMEs_own_disk_is_copied_and_mapped()
    {
        using var disk = new CountingDisk(1_000_000);
        using var server = new NbdServer([new NbdExport("disk", disk)]);
        server.Listen(_place["s"]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));
        ReadmeSamples.ShowStatus(client, _output);
        _place.Run("nbdcopy", $"nbd+unix:///disk?socket={_place["s"]}", _place["copy"]);

        Assert.Equal("0 4096 zeros\n4096 995904 data\n", _output.ToString());
        Assert.Equal(Enumerable.Range(0, 1_000_000).Select(offset => unchecked((byte)(offset / 4096))), File.ReadAllBytes(_place["copy"]).Take(1_000_000));
    }

    [Fact]
    public void The_READMEs_server_and_client_meet_over_TLS()
    {
        using TestDisk disk = TestDisk.Random(100_000, seed: 1);
        var read = new byte[100_000];
        ReadmeSamples.ServeOverTls(disk, Certificates.Create(_place["certificates"]), client => client.ReadAt(0, read));

        Assert.True(disk.Data.SequenceEqual(read));
    }

    private static string WithoutIndentation(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim())).Trim();

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
