// SPDX-License-Identifier: MIT

using System.Text;

namespace Vma.Cli.Salvage;

/// <summary>The lost ranges of a disk as a mapfile of GNU ddrescue, which other tools for damaged disks read as well.</summary>
internal static class RescueMap
{
    private const char Rescued = '+';
    private const char Bad = '-';

    public static byte[] Write(VmaSalvagedDevice device)
    {
        var text = new StringBuilder();
        text.Append("# Mapfile. Created by vma salvage\n# current_pos  current_status  current_pass\n0x0     +               1\n");
        text.Append("#      pos        size  status\n");
        long at = 0;
        foreach (VmaByteRange lost in device.Lost)
        {
            Append(text, at, lost.Offset - at, Rescued);
            Append(text, lost.Offset, lost.Length, Bad);
            at = lost.Offset + lost.Length;
        }

        Append(text, at, device.Length - at, Rescued);
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, long position, long size, char status)
    {
        if (size > 0)
        {
            text.Append($"0x{position:X8}  0x{size:X8}  {status}\n");
        }
    }
}
