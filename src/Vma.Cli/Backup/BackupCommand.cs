// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;
using Vma.Qemu.Backup;
using Vma.Qemu.Qmp;
using DiskRequest = Vma.Qemu.Backup.BackupRequest;

namespace Vma.Cli.Backup;

internal static class BackupCommand
{
    public static Command Build(CommandContext context)
    {
        var socket = new Argument<string?>("QMP-SOCKET") { Description = "QEMU's monitor: a Unix socket's path, or tcp:HOST:PORT. Not with --libvirt.", Arity = ArgumentArity.ZeroOrOne };
        var archive = new Argument<string?>("ARCHIVE") { Description = "As create takes it: a new file, a FIFO or pipe, '-' or exec:COMMAND.", Arity = ArgumentArity.ZeroOrOne };
        var domain = new Option<string?>("--libvirt") { Description = "A running domain of libvirt, by its name, UUID or number; virsh chooses the libvirt, as LIBVIRT_DEFAULT_URI says.", HelpName = "DOMAIN" };
        var configs = new Option<string[]>("--config", "-c") { Description = "A configuration file, stored under its base name; qemu-server.conf is made from what QEMU tells when it is not given.", HelpName = "FILE" };
        var drives = new Option<string[]>("--drive", "-d") { Description = "The name in the archive for a drive, by its node, id or place.", HelpName = "NAME=NODE" };
        var excluded = new Option<string[]>("--exclude") { Description = "A drive to leave out.", HelpName = "NODE" };
        var ram = new Option<bool>("--ram") { Description = "Save the RAM of the same instant too." };
        var freeze = new Option<string?>("--freeze") { Description = "Freeze the guest's file systems at the instant, through its agent at this socket, or libvirt:DOMAIN.", HelpName = "AGENT-SOCKET" };
        var limit = new Option<string?>("--limit") { Description = "Read at most so many bytes per second; with K, M, G or T for powers of 1024.", HelpName = "RATE" };
        var scratch = new Option<string?>("--scratch") { Description = "Where what the guest overwrites is kept, and how much at most; /var/tmp without a limit when left out.", HelpName = "DIR[:SIZE]" };
        var method = new Option<string>("--method") { Description = "auto, pull, push-fleece or push-direct.", HelpName = "METHOD", DefaultValueFactory = _ => "auto" };
        var track = new Option<bool>("--track") { Description = "Leave a record of changes in the VM, so that the next backup can start from this archive." };
        var baseArchive = new Option<string?>("--base") { Description = "Read only what changed since this archive, which was tracked, and take the rest from it.", HelpName = "OLD" };
        var plan = new Option<bool>("--plan") { Description = "Say what would be done, and do not touch the VM." };
        var cleanup = new Option<bool>("--cleanup") { Description = "Remove what a run that was killed left in the VM, and do nothing else." };
        var guard = new Option<bool>("--guard") { Hidden = true };
        Option<string> compress = CommonOptions.Compress();
        Option<int> threads = CommonOptions.Threads();
        var noSeal = new Option<bool>("--no-seal") { Description = "Leave the data checksums out." };
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> verbose = CommonOptions.Verbose();
        var json = new Option<bool>("--json") { Description = "Print events, one JSON object on a line each (docs/scripting.md)." };
        var command = new Command("backup", "Back up a running VM.")
        {
            socket, archive, domain, configs, drives, excluded, ram, freeze, limit, scratch, method, track, baseArchive, plan, cleanup, guard, compress, threads, noSeal, noSync, verbose, json,
        };
        command.SetAction(parsed =>
        {
            (QmpAddress monitor, string? target) = Operands(parsed.GetValue(domain), parsed.GetValue(socket), parsed.GetValue(archive));
            QmpAddress? agent = parsed.GetValue(freeze) is { } path ? AddressOf(path) : null;
            BackupText text = parsed.GetValue(json) ? new BackupJson(context.Terminal) : new BackupText(context.Terminal, parsed.GetValue(verbose));
            if (parsed.GetValue(guard))
            {
                return BackupGuard.Stand(monitor, agent);
            }

            if (parsed.GetValue(cleanup))
            {
                return target is null ? BackupRun.CleanUp(text, monitor, agent) : throw CommandException.Usage("--cleanup makes no archive");
            }

            (string directory, long? scratchLimit) = ScratchArgument.Parse(parsed.GetValue(scratch));
            var disks = new DiskRequest
            {
                Method = MethodOf(parsed.GetRequiredValue(method)),
                Names = DriveNames(parsed.GetValue(drives) ?? []),
                Excluded = parsed.GetValue(excluded) ?? [],
                Ram = parsed.GetValue(ram),
            };
            if (parsed.GetValue(plan))
            {
                return BackupRun.ShowPlan(text, monitor, disks);
            }

            if (target is null)
            {
                throw CommandException.Usage("ARCHIVE is missing; see 'vma backup --help'");
            }

            var identity = Guid.NewGuid();
            string? old = parsed.GetValue(baseArchive);
            var request = new BackupRequest(monitor, target)
            {
                Base = old,
                Configs = parsed.GetValue(configs) ?? [],
                Sync = !parsed.GetValue(noSync),
                Json = parsed.GetValue(json),
                Disks = disks,
                Writing = new VmaWriterOptions
                {
                    Uuid = identity,
                    Seal = !parsed.GetValue(noSeal),
                    Compression = CompressionArgument.Parse(parsed.GetValue(compress), target),
                    Parallelism = parsed.GetValue(threads),
                },
                Options = new BackupOptions
                {
                    ScratchDirectory = directory,
                    ScratchLimit = scratchLimit,
                    BytesPerSecond = ScratchArgument.Rate(parsed.GetValue(limit)),
                    FreezeBy = agent,
                    TrackAs = old is not null || parsed.GetValue(track) ? identity : null,
                },
            };
            return new BackupRun(context, request, text).Execute();
        });
        return command;
    }

    private static (QmpAddress Monitor, string? Archive) Operands(string? domain, string? first, string? second) => (domain, first, second) switch
    {
        (null, null, _) => throw CommandException.Usage("QMP-SOCKET or --libvirt DOMAIN is missing; see 'vma backup --help'"),
        (null, _, _) => (AddressOf(first), second),
        (_, _, null) => (AddressOf("libvirt:" + domain), first),
        _ => throw CommandException.Usage("--libvirt takes the place of QMP-SOCKET"),
    };

    private static QmpAddress AddressOf(string text)
    {
        try
        {
            return QmpAddress.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw CommandException.Usage($"'{EscapedText.Of(text)}' is no monitor: {wrong.Message}");
        }
    }

    private static BackupMethod? MethodOf(string text) => text switch
    {
        "auto" => null,
        "pull" => BackupMethod.Pull,
        "push-fleece" => BackupMethod.PushFleece,
        "push-direct" => BackupMethod.PushDirect,
        _ => throw CommandException.Usage($"'{EscapedText.Of(text)}' is no method; there are auto, pull, push-fleece and push-direct"),
    };

    private static Dictionary<string, string> DriveNames(string[] arguments)
    {
        var names = new Dictionary<string, string>();
        foreach (string argument in arguments)
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == argument.Length - 1 || !names.TryAdd(argument[(equals + 1)..], argument[..equals]))
            {
                throw CommandException.Usage($"'{EscapedText.Of(argument)}': --drive is NAME=NODE, once for each node");
            }
        }

        return names;
    }
}
