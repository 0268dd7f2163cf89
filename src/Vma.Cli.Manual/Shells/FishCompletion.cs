// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text;
using Vma.Cli.Arguments;

namespace Vma.Cli.Manual.Shells;

/// <summary>Completion for fish: one call of <c>complete</c> for each verb, option and operand.</summary>
internal static class FishCompletion
{
    public static string Write()
    {
        var table = new StringBuilder("# Prints the options of a verb that take a value.\nfunction __vma_valued\n    switch \"$argv[1]\"\n");
        foreach (VerbSpec verb in VerbTable.All)
        {
            string[] valued = [.. verb.Options.Where(option => option is IValueSpec).SelectMany(Phrase.Names)];
            table.Append(valued.Length == 0 ? string.Empty : $"        case {verb.Name}\n            printf '%s\\n' {string.Join(' ', valued)}\n");
        }

        table.Append("    end\nend\n\ncomplete -c vma -f\ncomplete -c vma -s h -l help -d 'show help'\n");
        table.Append("complete -c vma -n __vma_starts -l version -d 'show the version'\n");
        table.AppendJoin(string.Empty, VerbTable.All.Select(verb => $"complete -c vma -n __vma_starts -a {verb.Name} -d {Quote(Phrase.Of(verb.Summary))}\n"));

        foreach (VerbSpec verb in VerbTable.All)
        {
            table.Append('\n');
            table.AppendJoin(string.Empty, verb.Operands.Select((operand, index) => OperandLine(verb, operand, index)));
            table.AppendJoin(string.Empty, verb.Options.Select(option => OptionLine(verb, option)));
        }

        return Resource.Fill("vma.fish", table.ToString());
    }

    private static string OperandLine(VerbSpec verb, Argument operand, int index)
    {
        var spec = (IOperandSpec)operand;
        string place = spec.IsBehindDashes ? $"__vma_behind {verb.Name}"
            : $"{(operand.Arity.MaximumNumberOfValues > 1 ? "__vma_from" : "__vma_at")} {verb.Name} {index + 1}";
        return $"complete -c vma -n '{place}'{Offer(spec)}\n";
    }

    private static string OptionLine(VerbSpec verb, Option option)
    {
        string letter = string.Concat(option.Aliases.Select(alias => $" -s {alias[1..]}"));
        string value = option is IValueSpec spec ? (TakesFiles(spec) ? " -r" : " -x") + Offer(spec) : string.Empty;
        return $"complete -c vma -n '__vma_does {verb.Name}'{letter} -l {option.Name[2..]}{value} -d {Quote(Phrase.Of(option))}\n";
    }

    private static string Offer(IValueSpec value) => value.Kind switch
    {
        ValueKind.File => " -F",
        ValueKind.Directory => " -a '(__fish_complete_directories)'",
        ValueKind.Word => $" -a '{Words(value)}'",
        ValueKind.Disk => $" -F -a '(__vma_formats {Words(value)})'",
        ValueKind.Device => " -a '(__vma_device)'",
        ValueKind.Devices => $" -a '(__vma_devices {Words(value)})'",
        ValueKind.DeviceSize => " -a '(__vma_size)'",
        ValueKind.Config => " -a '(__vma_config)'",
        ValueKind.Export => " -F -a '(__vma_export)'",
        ValueKind.Domain => " -a '(__vma_domains)'",
        ValueKind.Program or ValueKind.ShellCommand => " -a '(__fish_complete_command)'",
        _ => string.Empty,
    };

    private static bool TakesFiles(IValueSpec value) => value.Kind is ValueKind.File or ValueKind.Disk or ValueKind.Export;

    private static string Words(IValueSpec value) => string.Join(' ', value.Words);

    private static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
