// SPDX-License-Identifier: MIT

using System.CommandLine;
using Vma.Cli.Archives;

namespace Vma.Cli.Arguments;

/// <summary>The options of every command that reads an archive at any place.</summary>
internal static class SeekableOptions
{
    /// <summary>What they ask for.</summary>
    public static SeekableRequest Request(ParseResult parsed) =>
        new(
            parsed.GetValue(SharedArguments.Copy),
            !parsed.GetValue(SharedArguments.NoVerifyData),
            ReadingOptions.Of(parsed).DecoderMemory,
            !parsed.GetValue(SharedArguments.NoIndex));

    /// <summary>The options that ask for it.</summary>
    public static IEnumerable<string> For(SeekableRequest request)
    {
        (FlagSpec Flag, bool IsGiven)[] flags =
        [
            (SharedArguments.Copy, request.Copy),
            (SharedArguments.NoVerifyData, !request.VerifyData),
            (SharedArguments.NoIndex, !request.KeepIndex),
        ];
        return flags.Where(one => one.IsGiven).Select(one => one.Flag.Name);
    }
}
