// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

/// <summary>An operand. There may be several, or none, when <see cref="Argument.Arity"/> says so.</summary>
internal sealed class OperandSpec<T> : Argument<T>, IOperandSpec
{
    /// <summary>Describes an operand: its name, what it is, and a sentence about it.</summary>
    public OperandSpec(string name, ValueKind kind, string help)
        : base(name)
    {
        Kind = kind;
        Description = help;
    }

    /// <inheritdoc/>
    public ValueKind Kind { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <inheritdoc/>
    public string? LastName { get; init; }

    /// <inheritdoc/>
    public bool IsBehindDashes { get; init; }
}
