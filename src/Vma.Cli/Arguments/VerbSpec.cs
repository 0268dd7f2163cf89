// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

/// <summary>A verb of the command: a row of the table out of which the parser, help, the manual page and the completions are made.</summary>
/// <param name="Name">The word on the command line.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="Arguments">Its operands, in their order, and its options, in the order of help.</param>
internal sealed record VerbSpec(string Name, string Summary, params IReadOnlyList<Symbol> Arguments)
{
    /// <summary>Sets of options, or of an option and the operand whose place it takes, of which a call has one at most.</summary>
    public IReadOnlyList<IReadOnlyList<Symbol>> Alternatives { get; init; } = [];

    /// <summary>Whether a call must have one of the first set of <see cref="Alternatives"/>.</summary>
    public bool NeedsAlternative { get; init; }

    public IEnumerable<Argument> Operands => Arguments.OfType<Argument>();

    public IEnumerable<Option> Options => Arguments.OfType<Option>().Where(option => !option.Hidden);

    /// <summary>The verb as the parser takes it.</summary>
    /// <param name="run">Does what a call asks for, and gives the exit code.</param>
    public Command ToCommand(Func<ParseResult, int> run)
    {
        var command = new Command(Name, Summary);
        Array.ForEach([.. Operands], command.Arguments.Add);
        Array.ForEach([.. Arguments.OfType<Option>()], command.Options.Add);

        command.SetAction(run);
        return command;
    }
}
