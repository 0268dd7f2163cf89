// SPDX-License-Identifier: MIT

namespace Vma.Cli.Diff;

/// <summary>Tells people of differences, a line for each; with <c>--quiet</c> only looks for one.</summary>
internal class DiffText(Terminal terminal, bool quiet)
{
    protected Terminal Terminal { get; } = terminal;

    public ProgressDisplay Progress(string name) => new(Terminal, $"comparing {name}", line: null);

    public void ClearLive() => Terminal.ClearLive();

    /// <summary>Writes differences while they are found; returns whether there were any.</summary>
    public virtual bool Write(IEnumerable<Difference> differences)
    {
        if (quiet)
        {
            return differences.Any();
        }

        bool differs = false;
        foreach (Difference difference in differences)
        {
            differs = true;
            Terminal.ClearLive();
            Terminal.WriteLine(Line(difference));
            Terminal.Flush();
        }

        return differs;
    }

    private static string Line(Difference difference) => $"{difference.Kind} {difference.Name}: " + difference.What switch
    {
        Comparison.OnlyInA => "only in A",
        Comparison.OnlyInB => "only in B",
        Comparison.Size => $"{difference.SizeA} bytes in A, {difference.SizeB} in B",
        _ when difference.Offset is { } offset => $"{difference.Length} bytes at {offset}",
        _ => "differs",
    };
}
