// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Arguments;
using Vma.Cli.Console;
using Vma.Cli.Disks;
using Vma.Cli.Extraction;

namespace Vma.Cli.Extract;

internal static class ExtractCommand
{
    public static Command Build(CommandContext context)
    {
        Argument<string> file = CommonOptions.Archive();
        var directory = new Argument<string>("DIR") { Description = "Where to extract to; must not exist or be empty, but for what a killed extract of this archive left." };
        Option<bool> verbose = CommonOptions.Verbose();
        var devices = new Option<string[]>("--drives", "-d") { Description = "Restore only these devices: NAME or dev_id:N, separated by commas, each with :FORMAT behind it if you like.", HelpName = "NAME[:FORMAT],…" };
        var map = new Option<string>("--map", "-r") { Description = "Read where each device goes from this file or FIFO: lines like 0:drive-scsi0=/dev/vg/disk (docs/scripting.md).", HelpName = "MAP" };
        Option<string> format = CommonOptions.Format();
        Option<string[]> options = CommonOptions.CreationOptions();
        var noConfigs = new Option<bool>("--no-configs") { Description = "Leave the configs out." };
        var noVerify = new Option<bool>("--no-verify-data") { Description = "Write data even when it does not match its checksum." };
        Option<bool> ignoreSpace = CommonOptions.IgnoreSpace();
        Option<bool> dryRun = CommonOptions.DryRun();
        Option<bool> noSync = CommonOptions.NoSync();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("extract", "Restore the disks and configs of an archive.")
        {
            file, directory, verbose, devices, map, format, options, noConfigs, noVerify, ignoreSpace, dryRun, noSync, json,
        };
        command.SetAction(parsed => ExtractRun.Execute(context, new ExtractRequest(parsed.GetRequiredValue(file), parsed.GetRequiredValue(directory))
        {
            Devices = parsed.GetValue(devices) ?? [],
            Map = parsed.GetValue(map),
            Format = ImageFormat.Parse(parsed.GetValue(format) ?? DiskFormats.Raw, parsed.GetValue(options) ?? []),
            Verbose = parsed.GetValue(verbose),
            Configs = !parsed.GetValue(noConfigs),
            VerifyData = !parsed.GetValue(noVerify),
            Sync = !parsed.GetValue(noSync),
            Json = parsed.GetValue(json),
            DryRun = parsed.GetValue(dryRun),
            IgnoreSpace = parsed.GetValue(ignoreSpace),
        }));
        return command;
    }
}
