// SPDX-License-Identifier: MIT

namespace Vma.Cli.Diff;

/// <summary>Differences as lines.</summary>
internal static class DiffText
{
    /// <summary>Writes them while they are found; tells whether there were any.</summary>
    public static bool Write(Terminal terminal, IEnumerable<Difference> differences)
    {
        bool differs = false;
        foreach (Difference difference in differences)
        {
            differs = true;
            terminal.ClearLive();
            terminal.WriteLine(Line(difference));
            terminal.Flush();
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
