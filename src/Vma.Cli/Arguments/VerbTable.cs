// SPDX-License-Identifier: MIT

namespace Vma.Cli.Arguments;

/// <summary>All verbs.</summary>
internal static class VerbTable
{
    public const string Description =
        "Virtual machine archives: create, restore, verify, salvage, convert, compare, serve and boot them; back up running machines.";

    /// <summary>In the order of help.</summary>
    public static readonly VerbSpec[] All =
    [
        CreateArguments.Verb,
        ListArguments.Verb,
        ConfigArguments.Verb,
        ExtractArguments.Verb,
        VerifyArguments.Verb,
        SalvageArguments.Verb,
        RepackArguments.Verb,
        BackupArguments.Verb,
        RestoreArguments.Verb,
        ServeArguments.Verb,
        BootArguments.Verb,
        CatArguments.Verb,
        DiffArguments.Verb,
        ConvertArguments.Verb,
    ];
}
