// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;

namespace Vma.Cli.Arguments;

/// <summary>The options of every command that reads an archive at any place.</summary>
internal sealed class SeekableOptions
{
    private readonly Option<bool> _copy = new("--copy")
    {
        Description = "Of an archive that is compressed in one piece, make a seekable copy once, in $XDG_CACHE_HOME/vma or ~/.cache/vma, and use that.",
    };

    private readonly Option<bool> _noVerifyData = new("--no-verify-data") { Description = "Do not compare data with its checksums." };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_copy);
        command.Options.Add(_noVerifyData);
    }

    /// <summary>What they ask for.</summary>
    public SeekableRequest Request(ParseResult parsed) => new(parsed.GetValue(_copy), !parsed.GetValue(_noVerifyData));

    /// <summary>The options that ask for it.</summary>
    public static IEnumerable<string> For(SeekableRequest request) => [.. request.Copy ? ["--copy"] : (string[])[], .. request.VerifyData ? (string[])[] : ["--no-verify-data"]];
}
