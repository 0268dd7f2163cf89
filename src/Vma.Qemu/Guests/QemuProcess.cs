// SPDX-License-Identifier: MIT

using Vma.Qemu.Qmp;

namespace Vma.Qemu.Guests;

/// <summary>How a QEMU on this machine was started, as far as it can be seen.</summary>
public static class QemuProcess
{
    private const int MaxLength = 1 << 20;

    /// <summary>The arguments of the QEMU behind a monitor, the program's name first; null when it is not on this machine or not to be seen.</summary>
    public static IReadOnlyList<string>? Arguments(IQmpMonitor monitor)
    {
        if (monitor is not QmpClient { PeerProcess: { } process })
        {
            return null;
        }

        try
        {
            using FileStream file = File.OpenRead($"/proc/{process}/cmdline");
            var text = new byte[MaxLength];
            int length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            string[] arguments = System.Text.Encoding.UTF8.GetString(text, 0, length).TrimEnd('\0').Split('\0');
            string program = Path.GetFileName(arguments[0]);
            return program.Contains("qemu", StringComparison.Ordinal) || program == "kvm" ? arguments : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether QEMU ends when its guest switches itself off; null when that cannot be seen.</summary>
    internal static bool? EndsWithGuest(IQmpMonitor monitor) => Arguments(monitor) is { } arguments
        ? !arguments.Any(argument => argument.TrimStart('-') is "no-shutdown" || argument.Contains("shutdown=pause", StringComparison.Ordinal)) : null;
}
