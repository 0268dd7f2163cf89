// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text;
using Vma.Cli.Arguments;
using Vma.Cli.Console;

namespace Vma.Cli.Manual.Shells;

/// <summary>Completion for zsh: its list of verbs, and what <c>_arguments</c> is told of each.</summary>
internal static class ZshCompletion
{
    public static string Write()
    {
        var table = new StringBuilder("_vma_verbs() {\n    local -a verbs=(\n");
        table.AppendJoin(string.Empty, VerbTable.All.Select(verb => $"        {QuotedText.ForShell($"{verb.Name}:{Phrase.Of(verb.Summary)}")}\n"));

        table.Append("    )\n    _describe verb verbs\n}\n\n_vma_operands() {\n    case $1 in\n");
        foreach (VerbSpec verb in VerbTable.All)
        {
            IEnumerable<string> lines =
                ["'(- *)'{-h,--help}'[show help]'", .. verb.Options.Select(option => OptionLine(verb, option)), .. verb.Operands.Select(OperandLine)];
            table.Append($"        {verb.Name})\n            _arguments \\\n                {string.Join(" \\\n                ", lines)}\n            ;;\n");
        }

        return Resource.Fill("vma.zsh", table.Append("    esac\n}\n\n").ToString());
    }

    private static string OptionLine(VerbSpec verb, Option option)
    {
        string[] names = [.. Phrase.Names(option)];
        IEnumerable<Option> others = verb.Alternatives.Where(set => set.Contains(option)).SelectMany(set => set).OfType<Option>();
        string[] excluded = [.. names.Concat(others.SelectMany(Phrase.Names)).Distinct()];
        string prefix = option.ValueType.IsArray ? "*" : excluded.Length > 1 ? $"({string.Join(' ', excluded)})" : string.Empty;
        string value = option is IValueSpec spec ? $":{Escape(option.HelpName!)}:{ActionOf(spec)}" : string.Empty;
        string rest = $"[{Escape(Phrase.Of(option))}]{value}";
        return names.Length == 1 ? QuotedText.ForShell(prefix + names[0] + rest) : $"'{prefix}'{{{string.Join(',', names)}}}{QuotedText.ForShell(rest)}";
    }

    private static string OperandLine(Argument operand, int index)
    {
        string place = operand.Arity switch
        {
            { MaximumNumberOfValues: > 1 } => "*:",
            { MinimumNumberOfValues: 0 } => $"{index + 1}::",
            _ => $"{index + 1}:",
        };
        return QuotedText.ForShell($"{place}{Escape(operand.Name)}:{ActionOf((IOperandSpec)operand)}");
    }

    private static string ActionOf(IValueSpec value) => value.Kind switch
    {
        ValueKind.File => "_files",
        ValueKind.Directory => "_files -/",
        ValueKind.Word => $"({Words(value)})",
        ValueKind.Disk => $"_vma_disk {Words(value)}",
        ValueKind.Device => "_vma_device",
        ValueKind.Devices => $"_vma_devices {Words(value)}",
        ValueKind.DeviceSize => "_vma_sizes",
        ValueKind.Config => "_vma_configs",
        ValueKind.Export => "_vma_export",
        ValueKind.Domain => "_vma_domains",
        ValueKind.Program => "_command_names -e",
        ValueKind.ShellCommand => "_cmdstring",
        _ => string.Empty,
    };

    private static string Words(IValueSpec value) => string.Join(' ', value.Words);

    /// <summary>Text inside of a specification, where brackets and colons mean something.</summary>
    private static string Escape(string text) =>
        string.Concat(text.Replace("…", "...", StringComparison.Ordinal).Select(letter => letter is '[' or ']' or ':' ? $"\\{letter}" : letter.ToString()));
}
