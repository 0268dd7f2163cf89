// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text;
using Vma.Cli.Arguments;

namespace Vma.Cli.Manual.Shells;

/// <summary>Completion for bash: a table of verbs that the functions of the template read.</summary>
internal static class BashCompletion
{
    public static string Write()
    {
        var table = new StringBuilder($$"""
            _vma_table() {
                verbs='{{string.Join('|', VerbTable.All.Select(verb => verb.Name))}}'
                case $1 in

            """);
        foreach (VerbSpec verb in VerbTable.All)
        {
            IEnumerable<string> values = verb.Options.SelectMany(ValuesOf);
            table.Append($"""
                        {verb.Name})
                            options='{string.Join('|', verb.Options.SelectMany(Phrase.Names))}'
                            values='{string.Join(' ', values)}'
                            operands='{string.Join(' ', verb.Operands.Select(OperandOf))}'
                            ;;

                """);
        }

        return Resource.Fill("vma.bash", table.Append("    esac\n}\n\n").ToString());
    }

    private static IEnumerable<string> ValuesOf(Option option) =>
        option is IValueSpec spec ? Phrase.Names(option).Select(name => $"{name}={KindOf(spec)}") : [];

    private static string OperandOf(Argument operand)
    {
        var spec = (IOperandSpec)operand;
        return (spec.IsBehindDashes ? "--" : string.Empty) + KindOf(spec) + (operand.Arity.MaximumNumberOfValues > 1 ? "..." : string.Empty);
    }

    private static string KindOf(IValueSpec value)
    {
        string kind = value.Kind.ToString().ToLowerInvariant();
        return value.Words.Count == 0 ? kind : $"{kind}:{string.Join('|', value.Words)}";
    }
}
