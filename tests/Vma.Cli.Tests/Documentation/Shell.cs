// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Documentation;

/// <summary>What shells offer for the last of some words behind the command, in the order in which they offer it.</summary>
internal static class Shell
{
    private static readonly string Completions = Path.Combine(Places.Root, "docs", "completion");

    /// <summary>What a shell of this name offers: bash, zsh or fish.</summary>
    public static string[] Offers(string shell, params string[] words) => shell switch
    {
        "bash" => Bash(words),
        "zsh" => Zsh(words),
        _ => Fish(words),
    };

    /// <summary>Whether its completion can be read.</summary>
    public static void Reads(string shell)
    {
        Tool.Need(shell);
        Assert.Empty(VmaCall.Shell($"exec {shell} -n \"$1\"", Path.Combine(Completions, "vma." + shell)).Run().Succeeded().Error);
    }

    /// <summary>Bash makes words of <c>=</c> and <c>:</c>; here these stand alone too.</summary>
    private static string[] Bash(string[] words)
    {
        Tool.Need("bash");
        const string Script = """
            . "$1"; shift
            COMP_WORDS=("$VMA" "$@"); COMP_CWORD=$#
            _vma 2>/dev/null
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        string[] arguments = [Script, "bash", Path.Combine(Completions, "vma.bash"), .. words];
        return VmaCall.Shell("exec bash --norc --noprofile -c \"$@\"", arguments).Run().Succeeded().OutputLines;
    }

    private static string[] Zsh(string[] words)
    {
        Tool.Need("zsh");
        string script = Path.Combine(Places.Root, "tests", "Vma.Cli.Tests", "Documentation", "complete.zsh");
        return VmaCall.Shell("exec zsh -f \"$1\" \"$2\" \"$3\"", script, Path.Combine(Completions, "vma.zsh"), Line(words)).Run().Succeeded().OutputLines;
    }

    /// <summary>What stands behind a tab is a description.</summary>
    private static string[] Fish(string[] words)
    {
        Tool.Need("fish");
        const string Script = "source $argv[1]; complete -C $argv[2]";
        string[] arguments = [Script, Path.Combine(Completions, "vma.fish"), Line(words)];
        VmaResult result = VmaCall.Shell("HOME=/nonesuch exec fish --no-config -c \"$@\"", arguments).Run().Succeeded();
        return [.. result.OutputLines.Select(line => line.Split('\t')[0])];
    }

    private static string Line(string[] words) => string.Join(' ', words.Prepend(Places.Executable));
}
