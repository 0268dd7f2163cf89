// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests;

/// <summary>On a terminal there is a live line, and nothing of it remains.</summary>
public sealed partial class ProgressTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData("verify", "\"$VMA\" verify \"$FIFO\"")]
    [InlineData("verify", "\"$VMA\" verify -v \"$FIFO\"")]
    [InlineData("extract", "\"$VMA\" extract \"$FIFO\" \"$OUT\"")]
    [InlineData("extract", "\"$VMA\" extract -v \"$FIFO\" \"$OUT\"")]
    public void Reading_shows_percent_rate_and_time_left(string verb, string command)
    {
        using var scratch = new Scratch();
        byte[] archive = new ArchiveBuilder().WholeDisk(1, "a", 58 * 4).Build();
        string output = OnTerminal(scratch, command, fifo =>
        {
            foreach (byte[] part in archive.Chunk(archive.Length / 4))
            {
                fifo.Write(part);
                Thread.Sleep(Pause);
            }
        });
        AssertLive(verb, output);
    }

    [Fact]
    public void Writing_shows_percent_rate_and_time_left()
    {
        using var scratch = new Scratch();
        scratch.File("disk.raw", Images.Noise(16 << 20));
        string output = OnTerminal(scratch, "\"$VMA\" create -v \"$FIFO\" -d format=raw:a=\"$DISK\"", fifo =>
        {
            var buffer = new byte[1 << 20];
            for (int at = 0; fifo.Read(buffer) > 0; at++)
            {
                Thread.Sleep(at % 64 == 0 ? Pause : TimeSpan.Zero);
            }
        });
        AssertLive("create", output);
        Assert.DoesNotContain("progress ", output, StringComparison.Ordinal);
        Assert.Contains("image a: size=16777216", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_does_not_go_to_a_terminal()
    {
        using var scratch = new Scratch();
        scratch.File("disk.raw", 1);
        string output = OnTerminal(scratch, "\"$VMA\" create - -d format=raw:a=\"$DISK\"; echo code $?", _ => { });
        Assert.Contains("code 2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("VMA\0", output, StringComparison.Ordinal);
    }

    private static string OnTerminal(Scratch scratch, string command, Action<FileStream> otherSide)
    {
        string fifo = scratch.Fifo("fifo");
        string script = $"export FIFO='{fifo}' OUT='{scratch["out"]}' DISK='{scratch["disk.raw"]}'; exec script -qec '{command}' /dev/null";
        FileAccess access = command.Contains("create", StringComparison.Ordinal) ? FileAccess.Read : FileAccess.Write;
        using VmaProcess process = VmaCall.Shell(script).Start();
        if (!command.Contains("create -", StringComparison.Ordinal) || command.Contains("$FIFO", StringComparison.Ordinal))
        {
            using var stream = new FileStream(fifo, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);
            otherSide(stream);
        }

        return process.Finish().Output;
    }

    private static void AssertLive(string verb, string output)
    {
        string[] live = [.. LiveLine().Matches(output).Select(match => match.Value)];
        Assert.NotEmpty(live);
        Assert.All(live, line => Assert.StartsWith(verb + " ", line, StringComparison.Ordinal));
        string[] screen = Screen(output);
        Assert.DoesNotContain(screen, line => LiveLine().IsMatch(line) || line.Contains(" left", StringComparison.Ordinal));
        Assert.Equal(string.Empty, screen[^1]);
    }

    /// <summary>What remains on the screen.</summary>
    private static string[] Screen(string output)
    {
        var lines = new List<string> { string.Empty };
        int column = 0;
        foreach (Match token in Token().Matches(output))
        {
            string text = token.Value;
            switch (text)
            {
                case "\n":
                    lines.Add(string.Empty);
                    break;
                case "\r":
                    column = 0;
                    break;
                case "\e[K":
                    lines[^1] = lines[^1][..Math.Min(column, lines[^1].Length)];
                    break;
                default:
                    string rest = lines[^1].Length > column + text.Length ? lines[^1][(column + text.Length)..] : string.Empty;
                    lines[^1] = lines[^1][..column] + text + rest;
                    column += text.Length;
                    break;
            }
        }

        return [.. lines];
    }

    [GeneratedRegex(@"\w+ \d+%  [\d.]+ \w+ of [\d.]+ \w+  [\d.]+ \w+/s  \d+:\d\d left")]
    private static partial Regex LiveLine();

    [GeneratedRegex(@"\n|\r|\e\[K|[^\n\r\e]+")]
    private static partial Regex Token();
}
