// SPDX-License-Identifier: MIT

namespace Vma.Architecture;

/// <summary>
/// What <c>Arrows.txt</c> says. <c>room NAME: Type Type …</c> makes a room out of some types of a namespace; every other namespace is a room of its own.
/// <c>NAME → NAME NAME …</c> are the allowed arrows of a room.
/// </summary>
internal sealed class ArrowTable
{
    private readonly Dictionary<string, string> _roomByType = [];
    private readonly Dictionary<string, string[]> _allowed = [];

    public ArrowTable(IEnumerable<string> lines)
    {
        foreach (string line in lines.Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            if (line.StartsWith("room ", StringComparison.Ordinal))
            {
                string[] parts = line["room ".Length..].Split(':', 2);
                string home = parts[0].Split('(')[0].Trim();
                Array.ForEach(Words(parts[1]), type => _roomByType.Add($"{home}.{type}", parts[0].Trim()));
            }
            else
            {
                string[] parts = line.Split('→', 2);
                _allowed.Add(parts[0].Trim(), [.. parts[1].Split(',').Select(name => name.Trim()).Where(name => name.Length > 0)]);
            }
        }
    }

    public IReadOnlyDictionary<string, string[]> Allowed => _allowed;

    /// <summary>The types that are listed by name.</summary>
    public IEnumerable<string> ListedTypes => _roomByType.Keys;

    /// <summary>The room of a type by its full name.</summary>
    public string RoomOf(string type) => _roomByType.GetValueOrDefault(type.Split('`')[0]) ?? type[..type.LastIndexOf('.')];

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
