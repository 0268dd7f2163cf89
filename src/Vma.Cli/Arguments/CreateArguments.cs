// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Disks;

namespace Vma.Cli.Arguments;

internal static class CreateArguments
{
    public static readonly OperandSpec<string> Archive = new(
        "ARCHIVE", ValueKind.File, "A file that does not exist, a FIFO or pipe, '-' for standard output, or exec:COMMAND.");

    public static readonly OperandSpec<string[]> Disks = new("DISK", ValueKind.Disk, "[format=FMT:][NAME=]PATH, the old form of -d.")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Words = [.. DiskFormats.Readable],
    };

    public static readonly OptionSpec<string[]> Drives = new(
        "--drive",
        "-d",
        "DISK",
        ValueKind.Disk,
        "A disk: format=FORMAT:[snapshot=TAG:][NAME=]PATH. NAME is disk0, disk1, … when left out. PATH can be an NBD URI, or an OVA for a whole machine."
            + " Formats other than raw need qemu-utils.")
    {
        Words = [.. DiskFormats.Readable],
    };

    public static readonly OptionSpec<string[]> Configs = new("--config", "-c", "FILE", ValueKind.File, "A configuration file, stored under its base name.");

    public static readonly VerbSpec Verb = new(
        "create", "Make an archive from disks and configs.",
        Archive, Disks, Drives, Configs, SharedArguments.Verbose, SharedArguments.KeyFile, SharedArguments.NoSeal, SharedArguments.Compress,
        SharedArguments.Threads, SharedArguments.DryRun, SharedArguments.NoSync, SharedArguments.Json);
}
