// SPDX-License-Identifier: MIT

namespace Vma.Cli.Boot;

/// <summary>Tells people, on standard error, what happens to the guest.</summary>
internal sealed class BootText(Terminal terminal)
{
    private const int MostNotes = 30;

    public ProgressDisplay Progress() => new(terminal, "streaming in", line: null);

    public void ClearLive() => terminal.ClearLive();

    public void Tell(string message) => terminal.Error(message);

    public void WriteNotes(IReadOnlyList<string> notes)
    {
        foreach (string note in notes.Take(MostNotes))
        {
            terminal.Error(EscapedText.Of(note));
        }

        if (notes.Count > MostNotes)
        {
            terminal.Error($"and {notes.Count - MostNotes} more of the kind");
        }
    }
}
