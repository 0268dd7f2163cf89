// SPDX-License-Identifier: MIT

namespace Vma.Cli;

/// <summary>What every command gets.</summary>
internal sealed record CommandContext(Terminal Terminal, Unfinished Unfinished)
{
    /// <summary>What a signal does that asks the command to end; null when it is ended at once, and what it made is taken back.</summary>
    public Action? OnSignal { get; set; }
}
