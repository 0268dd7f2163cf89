// SPDX-License-Identifier: MIT

using System.Text;

namespace Vma.Qemu.Guests;

/// <content>Reads the text of a config.</content>
public sealed partial record GuestConfig
{
    /// <summary>
    /// Reads a config. Snapshots and other sections behind the first <c>[…]</c> are left out. Nothing makes it fail: what cannot be
    /// used is among <see cref="Ignored"/>, and has its default.
    /// </summary>
    public static GuestConfig Parse(ReadOnlySpan<byte> text) => Parse(Encoding.UTF8.GetString(text));

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static GuestConfig Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var settings = new Dictionary<string, string>();
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('['))
            {
                break;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (!line.StartsWith('#') && colon > 0)
            {
                settings[line[..colon].TrimEnd()] = line[(colon + 1)..].TrimStart();
            }
        }

        return new GuestConfigReader(settings).Read();
    }
}
