// SPDX-License-Identifier: MIT

using Vma.Qemu.Guests;

namespace Vma.Cli.Arguments;

internal static class ConfigArguments
{
    public static readonly OptionSpec<string> Name = new("--config", "-c", "NAME", ValueKind.Config, "The config's name.")
    {
        DefaultValueFactory = _ => GuestConfig.FileName,
    };

    public static readonly VerbSpec Verb = new(
        "config", "Print a configuration file of an archive.", SharedArguments.Archive, Name, SharedArguments.Memory);
}
