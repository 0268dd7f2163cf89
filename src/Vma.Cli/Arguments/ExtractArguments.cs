// SPDX-License-Identifier: MIT

using Vma.Cli.Disks;

namespace Vma.Cli.Arguments;

internal static class ExtractArguments
{
    public static readonly OperandSpec<string> Directory = new(
        "DIR", ValueKind.Directory, "Where to extract to; must not exist or be empty, but for what a killed extract of this archive left.");

    public static readonly OptionSpec<string[]> Devices = new(
        "--drives",
        "-d",
        "NAME[:FORMAT],…",
        ValueKind.Devices,
        "Restore only these devices: NAME or dev_id:N, separated by commas, each with :FORMAT behind it if you like.")
    {
        Words = [.. DiskFormats.Writable],
    };

    public static readonly OptionSpec<string> Map = new(
        "--map", "-r", "MAP", ValueKind.File, "Read where each device goes from this file or FIFO: lines like 0:drive-scsi0=/dev/vg/disk (docs/scripting.md).");

    public static readonly FlagSpec NoConfigs = new("--no-configs", null, "Leave the configs out.");

    public static readonly FlagSpec NoVerifyData = new("--no-verify-data", null, "Write data even when it does not match its checksum.");

    public static readonly VerbSpec Verb = new(
        "extract",
        "Restore the disks and configs of an archive.",
        SharedArguments.Archive,
        Directory,
        SharedArguments.Verbose,
        Devices,
        Map,
        SharedArguments.Format,
        SharedArguments.CreationOptions,
        NoConfigs,
        NoVerifyData,
        SharedArguments.Strict,
        SharedArguments.Memory,
        SharedArguments.NoIndex,
        SharedArguments.IgnoreSpace,
        SharedArguments.DryRun,
        SharedArguments.NoSync,
        SharedArguments.Json);
}
