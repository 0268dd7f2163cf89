// SPDX-License-Identifier: MIT

namespace Vma.Cli;

/// <summary>What every command gets.</summary>
internal sealed record CommandContext(Terminal Terminal, Unfinished Unfinished);
