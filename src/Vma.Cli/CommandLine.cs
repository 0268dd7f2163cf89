// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Unicode;
using Vma.Cli.Arguments;
using Vma.Cli.Backup;
using Vma.Cli.Boot;
using Vma.Cli.Cat;
using Vma.Cli.Config;
using Vma.Cli.Convert;
using Vma.Cli.Create;
using Vma.Cli.Diff;
using Vma.Cli.Extract;
using Vma.Cli.List;
using Vma.Cli.Repack;
using Vma.Cli.Restore;
using Vma.Cli.Salvage;
using Vma.Cli.Serve;
using Vma.Cli.Verify;

namespace Vma.Cli;

/// <summary>The verbs, and what is the same for all of them.</summary>
internal static class CommandLine
{
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    public static RootCommand Build(CommandContext context) => new(VerbTable.Description)
    {
        CreateCommand.Build(context),
        ListCommand.Build(context),
        ConfigCommand.Build(context),
        ExtractCommand.Build(context),
        VerifyCommand.Build(context),
        SalvageCommand.Build(context),
        RepackCommand.Build(context),
        BackupCommand.Build(context),
        RestoreCommand.Build(context),
        ServeCommand.Build(context),
        BootCommand.Build(context),
        CatCommand.Build(context),
        DiffCommand.Build(context),
        ConvertCommand.Build(context),
    };

    public static int Run(string[] arguments, CommandContext context)
    {
        RootCommand root = Build(context);
        CommandException.UsageIf(arguments.Length == 0, "no command given; 'vma --help' lists them");

        // The framework puts other letters in the place of such bytes, and a file would get another name than the user gave.
        if (arguments.FirstOrDefault(argument => argument.Contains('\uFFFD', StringComparison.Ordinal)) is { } spoilt
            && !Utf8.IsValid(File.ReadAllBytes("/proc/self/cmdline")))
        {
            throw CommandException.Usage($"'{EscapedText.Of(spoilt)}' is not UTF-8; give the file another name, or a link to it");
        }

        ParseResult result = root.Parse(arguments, Parser);
        if (WhatIsWrong(result) is { } wrong)
        {
            string command = result.CommandResult.Command == root ? "vma" : $"vma {result.CommandResult.Command.Name}";
            throw CommandException.Usage($"{wrong}; see '{command} --help'");
        }

        using var help = new StringWriter(); // and the version
        int exitCode = result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = help });
        context.Terminal.Write(Encoding.UTF8.GetBytes(help.ToString()));
        return exitCode;
    }

    private static string? WhatIsWrong(ParseResult result)
    {
        // Help and version have an action of their own; then it does not matter what else is there.
        if (result.Action is not null && result.Action != result.CommandResult.Command.Action && result.Errors.Count == 0)
        {
            return null;
        }

        // The parser takes an option that it does not know for an operand, as long as operands fit.
        int literal = result.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Count(token => token.Type == TokenType.Argument);
        Token[] operands = [.. result.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)];
        string? option = operands.SkipLast(literal).Select(token => token.Value).FirstOrDefault(value => value.Length > 1 && value[0] == '-')
            ?? result.UnmatchedTokens.FirstOrDefault(value => value.Length > 1 && value[0] == '-');
        if (option is not null)
        {
            return $"unknown option '{EscapedText.Of(option)}'";
        }

        if (WhatIsEmpty(result, operands.Length - literal) is { } empty)
        {
            return $"{empty} is empty";
        }

        if (result.CommandResult.Command is RootCommand)
        {
            return result.UnmatchedTokens.Count > 0 ? $"there is no command '{EscapedText.Of(result.UnmatchedTokens[0])}'" : "no command given";
        }

        Argument? missing = result.CommandResult.Command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && result.GetResult(argument) is not { Tokens.Count: > 0 });
        return missing is not null ? $"{missing.Name} is missing"
            : result.Errors.Count == 0 ? null : EscapedText.Of(result.Errors[0].Message.TrimEnd('.'));
    }

    /// <summary>
    /// The option or argument that got an empty word, as a shell makes one of a variable that is not set. Behind <c>--</c> such words can be meant for
    /// another program.
    /// </summary>
    private static string? WhatIsEmpty(ParseResult result, int ownOperands)
    {
        foreach (SymbolResult given in result.CommandResult.Children)
        {
            (string name, IEnumerable<Token> words) = given switch
            {
                OptionResult option => (option.Option.Name, option.Tokens),
                ArgumentResult { Argument.Arity.MinimumNumberOfValues: > 0 } operand => (operand.Argument.Name, operand.Tokens),
                ArgumentResult operand => (operand.Argument.Name, operand.Tokens.Take(ownOperands)),
                _ => (string.Empty, []),
            };
            if (words.Any(word => word.Value.Length == 0))
            {
                return name;
            }
        }

        return null;
    }
}
