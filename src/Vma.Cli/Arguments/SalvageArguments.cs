// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

internal static class SalvageArguments
{
    public static readonly OperandSpec<string> Directory = new("DIR", ValueKind.Directory, "Where to salvage to; must not exist or be empty.");

    public static readonly FlagSpec KeepDamaged = new(
        "--keep-damaged", null, "Also write data that is damaged or cannot be checked, where there is nothing better.");

    public static readonly OptionSpec<string[]> Sizes = new(
        "--size", null, "NAME=BYTES", ValueKind.DeviceSize, "A disk's size, where the header's is lost or wrong: bytes, with K, M, G or T for powers of 1024.");

    public static readonly FlagSpec Verbose = new("--verbose", "-v", "Tell each finding in a line of its own; neighbours share one when left out.");

    public static readonly VerbSpec Verb = new(
        "salvage",
        "Get out of a damaged archive all that can be trusted.",
        SharedArguments.Archive,
        Directory,
        Verbose,
        KeepDamaged,
        Sizes,
        SharedArguments.Strict,
        SharedArguments.Memory,
        SharedArguments.IgnoreSpace,
        SharedArguments.NoSync,
        SharedArguments.Json);
}
