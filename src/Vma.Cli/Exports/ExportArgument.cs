// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;

namespace Vma.Cli.Exports;

/// <summary>What <c>--export NAME=ARCHIVE:DISK</c> says.</summary>
internal sealed record ExportArgument(string Name, string Archive, string Disk)
{
    public static ExportArgument Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        int colon = text.LastIndexOf(":" + DeviceNames.IdPrefix, StringComparison.Ordinal) is >= 0 and var byId ? byId : text.LastIndexOf(':');
        return equals >= 0 && colon > equals + 1 && colon < text.Length - 1
            ? new ExportArgument(text[..equals], text[(equals + 1)..colon], text[(colon + 1)..])
            : throw CommandException.Usage($"'{EscapedText.Of(text)}': --export is NAME=ARCHIVE:DISK");
    }
}
