// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

/// <summary>An option that takes a value. It may be repeated when <typeparamref name="T"/> is an array.</summary>
internal sealed class OptionSpec<T> : Option<T>, IValueSpec
{
    /// <summary>Describes an option.</summary>
    /// <param name="name">Its long name, with the dashes.</param>
    /// <param name="shortName">Its letter, with the dash; null for none.</param>
    /// <param name="valueName">What stands for the value in help.</param>
    /// <param name="kind">What the value is.</param>
    /// <param name="help">A sentence that says what the option does.</param>
    public OptionSpec(string name, string? shortName, string valueName, ValueKind kind, string help)
        : base(name, shortName is null ? [] : [shortName])
    {
        HelpName = valueName;
        Kind = kind;
        Description = help;
    }

    /// <inheritdoc/>
    public ValueKind Kind { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Words { get; init; } = [];
}
