// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

/// <summary>An operand.</summary>
internal interface IOperandSpec : IValueSpec
{
    /// <summary>What the last of several is called, when it is something of its own; else null.</summary>
    string? LastName { get; }

    /// <summary>Whether it stands only behind <c>--</c>, where dashes begin no options.</summary>
    bool IsBehindDashes { get; }
}
