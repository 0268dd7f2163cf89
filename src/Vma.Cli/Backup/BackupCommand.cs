// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Failures;
using Vma.Qemu.Backup;
using Vma.Qemu.Qmp;
using DiskRequest = Vma.Qemu.Backup.BackupRequest;

namespace Vma.Cli.Backup;

internal static class BackupCommand
{
    public static Command Build(CommandContext context) => BackupArguments.Verb.ToCommand(parsed =>
    {
        (QmpAddress monitor, string? target) = Operands(
            parsed.GetValue(BackupArguments.Domain), parsed.GetValue(BackupArguments.Socket), parsed.GetValue(BackupArguments.Archive));
        QmpAddress? agent = parsed.GetValue(BackupArguments.Freeze) is { } path ? AddressOf(path) : null;
        BackupText text = parsed.GetValue(BackupArguments.Events)
            ? new BackupJson(context.Terminal)
            : new BackupText(context.Terminal, parsed.GetValue(SharedArguments.Verbose));
        if (parsed.GetValue(BackupArguments.Guard))
        {
            return BackupGuard.WaitAndCleanUp(monitor, agent);
        }

        if (parsed.GetValue(BackupArguments.CleanUp))
        {
            return target is null ? BackupRun.CleanUp(text, monitor, agent) : throw CommandException.Usage("--cleanup makes no archive");
        }

        (string directory, long? scratchLimit) = ScratchArgument.Parse(parsed.GetValue(BackupArguments.Scratch));
        var disks = new DiskRequest
        {
            Method = MethodOf(parsed.GetRequiredValue(BackupArguments.Method)),
            Names = DriveNames(parsed.GetValue(BackupArguments.Drives) ?? []),
            Excluded = parsed.GetValue(BackupArguments.Excluded) ?? [],
            Ram = parsed.GetValue(BackupArguments.Ram),
        };
        if (parsed.GetValue(BackupArguments.Plan))
        {
            return BackupRun.ShowPlan(text, monitor, disks);
        }

        CommandException.UsageIf(target is null, "ARCHIVE is missing; see 'vma backup --help'");

        var identity = Guid.NewGuid();
        string? old = parsed.GetValue(BackupArguments.Base);
        var request = new BackupRequest(monitor, target)
        {
            Base = old,
            Configs = parsed.GetValue(BackupArguments.Configs) ?? [],
            Sync = !parsed.GetValue(SharedArguments.NoSync),
            Json = parsed.GetValue(BackupArguments.Events),
            Disks = disks,
            Writing = new VmaWriterOptions
            {
                Uuid = identity,
                Seal = !parsed.GetValue(SharedArguments.NoSeal),
                Compression = CompressionArgument.Parse(parsed.GetValue(SharedArguments.Compress), target),
                Parallelism = parsed.GetValue(SharedArguments.Threads),
            },
            Options = new BackupOptions
            {
                ScratchDirectory = directory,
                ScratchLimit = scratchLimit,
                BytesPerSecond = ScratchArgument.Rate(parsed.GetValue(BackupArguments.Limit)),
                FreezeBy = agent,
                TrackAs = old is not null || parsed.GetValue(BackupArguments.Track) ? identity : null,
            },
        };
        return new BackupRun(context, request, text).Execute();
    });

    private static (QmpAddress Monitor, string? Archive) Operands(string? domain, string? first, string? second) => (domain, first, second) switch
    {
        (null, null, _) => throw CommandException.Usage("QMP-SOCKET or --libvirt DOMAIN is missing; see 'vma backup --help'"),
        (null, _, _) => (AddressOf(first), second),
        (_, _, null) => (AddressOf("libvirt:" + domain), first),
        _ => throw CommandException.Usage("--libvirt takes the place of QMP-SOCKET"),
    };

    private static QmpAddress AddressOf(string text) => Attempt.Or(
        () => QmpAddress.Parse(text),
        (FormatException wrong) => throw CommandException.Usage($"'{EscapedText.Of(text)}' is no monitor: {wrong.Message}"));

    private static BackupMethod? MethodOf(string text) => text switch
    {
        BackupArguments.AnyMethod => null,
        BackupArguments.Pull => BackupMethod.Pull,
        BackupArguments.PushFleece => BackupMethod.PushFleece,
        BackupArguments.PushDirect => BackupMethod.PushDirect,
        _ => throw CommandException.Usage($"'{EscapedText.Of(text)}' is no method; there are auto, pull, push-fleece and push-direct"),
    };

    private static Dictionary<string, string> DriveNames(string[] arguments)
    {
        var names = new Dictionary<string, string>();
        foreach (string argument in arguments)
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            CommandException.UsageIf(equals <= 0 || equals == argument.Length - 1 || !names.TryAdd(argument[(equals + 1)..], argument[..equals]),
                $"'{EscapedText.Of(argument)}': --drive is NAME=NODE, once for each node");
        }

        return names;
    }
}
