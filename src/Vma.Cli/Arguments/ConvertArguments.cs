// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Disks;

namespace Vma.Cli.Arguments;

internal static class ConvertArguments
{
    public static readonly OperandSpec<string[]> Operands = new(
        "IN",
        ValueKind.Disk,
        "An archive ('-' is standard input), a directory that extract made, or disks as create -d takes them; the last operand is OUT.")
    {
        Arity = ArgumentArity.OneOrMore,
        Words = [.. DiskFormats.Readable],
        LastName = "OUT",
    };

    public static readonly OptionSpec<string[]> Configs = new("--config", "-c", "FILE", ValueKind.File, "A configuration file for the new archive.");

    public static readonly VerbSpec Verb = new(
        "convert", "Turn an archive into a directory of images or an OVA, or images or an OVA into an archive.",
        Operands, Configs, SharedArguments.Format, SharedArguments.CreationOptions, SharedArguments.KeyFile, SharedArguments.Compress,
        SharedArguments.Threads, SharedArguments.NoSeal, SharedArguments.Memory, SharedArguments.Verbose, SharedArguments.IgnoreSpace,
        SharedArguments.DryRun, SharedArguments.NoSync, SharedArguments.Json);
}
