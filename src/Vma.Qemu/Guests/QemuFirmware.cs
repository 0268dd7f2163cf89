// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Guests;

/// <summary>The UEFI firmware that a guest was built with, as distributions install it (package <c>ovmf</c>).</summary>
/// <param name="CodePath">The firmware.</param>
/// <param name="VariablesPath">Variables to begin with; a guest needs a copy of its own.</param>
/// <param name="VariablesLength">How large the flash chip for the variables is, in bytes.</param>
/// <param name="IsSecure">Whether it can do Secure Boot, for which it needs SMM.</param>
public sealed record QemuFirmware(string CodePath, string VariablesPath, int VariablesLength, bool IsSecure)
{
    private const int SmallVariables = 131_072;
    private const int LargeVariables = 540_672;

    /// <summary>The firmware for a guest, or null when it has a BIOS.</summary>
    /// <param name="config">The guest.</param>
    /// <param name="directory">Where the distribution has OVMF's files.</param>
    public static QemuFirmware? For(GuestConfig config, string directory)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(directory);
        if (!config.Uefi)
        {
            return null;
        }

        GuestDisk? variables = config.EfiDisk;
        bool large = variables is null || variables.Settings.GetValueOrDefault("efitype") == "4m";
        bool hasKeys = variables?.IsOn("pre-enrolled-keys") == true;
        bool secure = config.IsQ35 && hasKeys;
        string size = large ? "_4M" : string.Empty;
        return new QemuFirmware(
            Path.Combine(directory, $"OVMF_CODE{size}{(secure ? ".secboot" : string.Empty)}.fd"),
            Path.Combine(directory, $"OVMF_VARS{size}{(secure ? ".ms" : string.Empty)}.fd"),
            large ? LargeVariables : SmallVariables,
            secure);
    }
}
