// SPDX-License-Identifier: MIT

namespace Vma.Cli.Salvage;

/// <summary>What <c>--size NAME=BYTES</c> says.</summary>
internal static class SizeArgument
{
    public static IReadOnlyDictionary<VmaName, long> Parse(IEnumerable<string> arguments)
    {
        var sizes = new Dictionary<VmaName, long>();
        foreach (string argument in arguments)
        {
            int equals = argument.LastIndexOf('=');
            if (equals <= 0 || SizeText.Parse(argument[(equals + 1)..]) is not { } size || !sizes.TryAdd(argument[..equals], size))
            {
                throw CommandException.Usage($"'{EscapedText.Of(argument)}': --size is NAME=BYTES, once for each name, with K, M, G or T for powers of 1024");
            }
        }

        return sizes;
    }
}
