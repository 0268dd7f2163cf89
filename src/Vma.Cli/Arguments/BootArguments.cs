// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

internal static class BootArguments
{
    public static readonly OperandSpec<string[]> Extra = new("QEMU-ARGUMENT", ValueKind.File, "Behind '--': arguments that QEMU gets too, behind the others.")
    {
        Arity = ArgumentArity.ZeroOrMore,
        IsBehindDashes = true,
    };

    public static readonly OptionSpec<string> Memory = new(
        "--memory", "-m", "SIZE", ValueKind.Text, "The guest's memory, in MiB, or with M, G or T behind it.");

    public static readonly OptionSpec<string> Cpus = new("--cpus", null, "N", ValueKind.Text, "How many processors the guest has.");

    public static readonly FlagSpec NoNetwork = new("--no-network", null, "The guest's network cards lead nowhere.");

    public static readonly OptionSpec<string> Display = new(
        "--display", null, "TYPE", ValueKind.Word, "Where the guest's screen is shown, as QEMU's option of this name has it.")
    {
        Words = ["gtk", "sdl", "curses", "none"],
    };

    public static readonly OptionSpec<string> Keep = new(
        "--keep", null, "DIR", ValueKind.Directory, "Keep what the guest writes in a directory, and go on with what is there.");

    public static readonly OptionSpec<string> Stream = new(
        "--stream", null, "DIR", ValueKind.Directory, "Restore the disks to a directory while the guest runs on them.");

    public static readonly FlagSpec Resume = new("--resume", null, "Go on from the RAM in the archive.");

    public static readonly FlagSpec Bare = new("--bare", null, "Give QEMU the disks as block nodes only; machine and devices are behind '--'.");

    public static readonly FlagSpec Print = new("--print", null, "Print a shell script that does it, in place of doing it.");

    public static readonly OptionSpec<string> Qemu = new("--qemu", null, "PROGRAM", ValueKind.Program, "The QEMU to start.")
    {
        DefaultValueFactory = _ => "qemu-system-x86_64",
    };

    /// <summary>The options that describe the machine, which are of no use with <see cref="Bare"/>.</summary>
    public static readonly Option[] Machine = [Memory, Cpus, NoNetwork, Display];

    public static readonly VerbSpec Verb = new(
        "boot", "Start a guest from an archive, without restoring anything.",
        SharedArguments.SeekableArchive, Extra, Memory, Cpus, NoNetwork, Display, Keep, Stream, Resume, Bare, Print, Qemu, SharedArguments.NoIndex,
        SharedArguments.Copy, SharedArguments.NoVerifyData)
    {
        Alternatives = [[Keep, Stream], [Stream, Print]],
    };
}
