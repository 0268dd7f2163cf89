// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>The exit codes, a promise to scripts (docs/scripting.md).</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Damaged = 3;
    public const int Interrupted = 130;
}
