// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>Text from elsewhere, such as a path, as it may go to a terminal: control characters are escaped.</summary>
internal static class EscapedText
{
    public static string Of(string text) => new VmaName(text).ToString();
}
