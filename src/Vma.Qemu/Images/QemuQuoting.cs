// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Images;

/// <summary>How text gets into QEMU's command lines.</summary>
public static class QemuQuoting
{
    /// <summary>A value in a list of options, as <c>-device</c>, <c>-qmp</c> and <c>--object</c> take one: a comma that is not doubled would end it.</summary>
    /// <param name="text">Any text.</param>
    public static string OptionValue(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace(",", ",,");
    }
}
