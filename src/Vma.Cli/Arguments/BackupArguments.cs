// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Vma.Cli.Arguments;

internal static class BackupArguments
{
    public const string AnyMethod = "auto";
    public const string Pull = "pull";
    public const string PushFleece = "push-fleece";
    public const string PushDirect = "push-direct";

    public static readonly OperandSpec<string?> Socket = new(
        "QMP-SOCKET", ValueKind.File, "QEMU's monitor: a Unix socket's path, or tcp:HOST:PORT. Not with --libvirt.")
    {
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly OperandSpec<string?> Archive = new(
        "ARCHIVE", ValueKind.File, "As create takes it: a new file, a FIFO or pipe, '-' or exec:COMMAND.")
    {
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly OptionSpec<string?> Domain = new(
        "--libvirt", null, "DOMAIN", ValueKind.Domain,
        "A running domain of libvirt, by its name, UUID or number; virsh chooses the libvirt, as LIBVIRT_DEFAULT_URI says.");

    public static readonly OptionSpec<string[]> Configs = new(
        "--config", "-c", "FILE", ValueKind.File,
        "A configuration file, stored under its base name; qemu-server.conf is made from what QEMU tells when it is not given.");

    public static readonly OptionSpec<string[]> Drives = new(
        "--drive", "-d", "NAME=NODE", ValueKind.Text, "The name in the archive for a drive, by its node, id or place.");

    public static readonly OptionSpec<string[]> Excluded = new(
        "--exclude", null, "NODE", ValueKind.Text, "A drive to leave out, or a disk that cannot be backed up.");

    public static readonly FlagSpec Ram = new("--ram", null, "Save the RAM of the same instant too.");

    public static readonly OptionSpec<string?> Freeze = new(
        "--freeze", null, "AGENT-SOCKET", ValueKind.File,
        "Freeze the guest's file systems at the instant, through its agent at this socket, or libvirt:DOMAIN.");

    public static readonly OptionSpec<string?> Limit = new(
        "--limit", null, "RATE", ValueKind.Text, "Read at most so many bytes per second; with K, M, G or T for powers of 1024.");

    public static readonly OptionSpec<string?> Scratch = new(
        "--scratch", null, "DIR[:SIZE]", ValueKind.Directory,
        "Where what the guest overwrites is kept, and how much at most; /var/tmp without a limit when left out.");

    public static readonly OptionSpec<string> Method = new(
        "--method", null, "METHOD", ValueKind.Word, $"How the instant is kept: {AnyMethod}, {Pull}, {PushFleece} or {PushDirect}.")
    {
        Words = [AnyMethod, Pull, PushFleece, PushDirect],
        DefaultValueFactory = _ => AnyMethod,
    };

    public static readonly FlagSpec Track = new("--track", null, "Leave a record of changes in the VM, so that the next backup can start from this archive.");

    public static readonly OptionSpec<string?> Base = new(
        "--base", null, "OLD", ValueKind.File, "Read only what changed since this archive, which was tracked, and take the rest from it.");

    public static readonly FlagSpec Plan = new("--plan", null, "Say what would be done, and do not touch the VM.");

    public static readonly FlagSpec CleanUp = new("--cleanup", null, "Remove what a run that was killed left in the VM, and do nothing else.");

    /// <summary>The second process of a backup, which a user never starts.</summary>
    public static readonly FlagSpec Guard = new("--guard", null, string.Empty) { Hidden = true };

    public static readonly FlagSpec Events = new("--json", null, "Print events, one JSON object on a line each (docs/scripting.md).");

    public static readonly VerbSpec Verb = new(
        "backup", "Back up a running VM.",
        Socket, Archive, Domain, Configs, Drives, Excluded, Ram, Freeze, Limit, Scratch, Method, Track, Base, Plan, CleanUp, Guard,
        SharedArguments.Compress, SharedArguments.Threads, SharedArguments.NoSeal, SharedArguments.NoSync, SharedArguments.Verbose, Events)
    {
        Alternatives = [[Socket, Domain], [Plan, CleanUp]],
        NeedsAlternative = true,
    };
}
