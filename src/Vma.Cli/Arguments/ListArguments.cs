// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

internal static class ListArguments
{
    public static readonly VerbSpec Verb = new(
        "list", "Show the configs and devices of an archive.", SharedArguments.Archive, SharedArguments.Memory, SharedArguments.Json);
}
