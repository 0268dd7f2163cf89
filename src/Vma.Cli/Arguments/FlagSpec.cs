// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

/// <summary>An option without a value.</summary>
internal sealed class FlagSpec : Option<bool>
{
    /// <summary>Describes a flag: its long name, its letter or null, and a sentence that says what it does.</summary>
    public FlagSpec(string name, string? shortName, string help)
        : base(name, shortName is null ? [] : [shortName]) => Description = help;
}
