// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Vma.Qemu.Guests;

/// <summary>A network card in a guest's config.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Model">Its model, as the config names it: <c>virtio</c>, <c>e1000</c>.</param>
public sealed partial record GuestNetwork(int Index, string Model)
{
    /// <summary>Its MAC address as <c>AA:BB:CC:DD:EE:FF</c>, or null.</summary>
    public string? Mac { get; init; }

    /// <summary>The other settings of its line, by their names in the config.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Its key in the config: <c>net0</c>.</summary>
    public string Key => $"net{Index}";

    /// <summary>Settings for a config whose network is not known: the bridge that Proxmox VE makes when it is installed.</summary>
    internal static IReadOnlyDictionary<string, string> DefaultSettings { get; } = new Dictionary<string, string> { ["bridge"] = "vmbr0" };

    internal static bool IsMacAddress(string text) => MacAddress().IsMatch(text);

    [GeneratedRegex("^(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\\z")]
    private static partial Regex MacAddress();
}
