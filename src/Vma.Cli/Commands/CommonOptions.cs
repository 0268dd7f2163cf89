// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Commands;

/// <summary>What several verbs have in common.</summary>
internal static class CommonOptions
{
    public static Argument<string> Archive() => new("FILE") { Description = "The archive; '-' is standard input." };

    public static Option<bool> Json() => new("--json") { Description = "Print the report as one JSON document (docs/scripting.md)." };

    public static Option<bool> Verbose() => new("--verbose", "-v") { Description = "Show progress and totals." };

    public static Option<bool> NoSync() => new("--no-sync") { Description = "Do not wait until what was written is durable on disk." };
}
