// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

/// <summary>An operand, or an option that takes a value.</summary>
internal interface IValueSpec
{
    /// <summary>What it is.</summary>
    ValueKind Kind { get; }

    /// <summary>The words that its kind speaks of.</summary>
    IReadOnlyList<string> Words { get; }
}
