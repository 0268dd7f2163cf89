// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Vma.Qemu.Guests;

/// <summary>What the values in a config can be. They come from archives and from QEMU, and go into configs and to QEMU.</summary>
internal static partial class GuestValue
{
    private const string Help = "help";

    /// <summary>Whether a text is a word as types, models and names are.</summary>
    public static bool IsWord(string text) => Word().IsMatch(text);

    /// <summary>Whether a text can be a machine type or a CPU model. There is a word by which QEMU prints a list and ends.</summary>
    public static bool IsModel(string text) => IsWord(text) && QemuArguments.StockMachine(text) != Help;

    /// <summary>Whether Proxmox VE takes a text for a guest's name.</summary>
    public static bool IsHostName(string text) => HostName().IsMatch(text);

    /// <summary>A name as the value of QEMU's <c>-name</c>.</summary>
    public static string NameOption(string name) => name == Help ? $"guest={name}" : name;

    /// <summary>Whether a text can be among the settings of a line, which have commas in between.</summary>
    public static bool IsSetting(string text) => text.Length > 0 && !text.StartsWith(' ') && !text.EndsWith(' ') && !text.Any(character =>
        character == ',' || char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);

    /// <summary>Whether a text can be the name of a setting, or of what is booted from.</summary>
    public static bool IsKey(string text) => Key().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._+\-]{0,63}\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[A-Za-z0-9_\-]{1,64}\z")]
    private static partial Regex Key();
}
