// SPDX-License-Identifier: MIT

using Vma.Cli.Manual.Page;
using Vma.Cli.Manual.Shells;

namespace Vma.Cli.Manual;

/// <summary>A file of the docs folder that is made from the table of verbs.</summary>
/// <param name="Path">Where it lies below that folder.</param>
/// <param name="Text">What it holds.</param>
internal sealed record GeneratedFile(string Path, string Text)
{
    /// <summary>Makes all of them.</summary>
    public static IReadOnlyList<GeneratedFile> All() =>
    [
        new("vma.1", ManualPage.Write()),
        new("completion/vma.bash", BashCompletion.Write()),
        new("completion/vma.zsh", ZshCompletion.Write()),
        new("completion/vma.fish", FishCompletion.Write()),
    ];
}
