// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Vma.Qemu.Images.Headers;

/// <summary>A VMDK: a sparse extent with its descriptor inside, little-endian, or a descriptor alone, a text that names the files with the data.</summary>
internal static partial class VmdkHeader
{
    private const int Sector = 512;

    /// <summary>The bytes of a sparse extent that <see cref="IsPlainExtent"/> needs.</summary>
    public const int HeaderLength = 44;

    // QEMU looks for the descriptor behind the first sector, wherever the header says that it is.
    private const int CapacityOffset = 12, DescriptorOffset = 28;
    private const int DescriptorLength = 20 * Sector, MaxText = 1 << 20, MaxExtents = 4096;
    private const string ParentName = "parentFileNameHint";

    /// <summary>Whether QEMU takes it for a VMDK when nobody says what it is.</summary>
    public static bool IsVmdk(ReadOnlySpan<byte> start)
    {
        if (IsSparse(start) || start.StartsWith("COWD"u8))
        {
            return true;
        }

        // A descriptor begins with comments, and then its version.
        foreach (Range range in start[..Math.Min(start.Length, DescriptorLength)].Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = start[range].Trim(" \t\r"u8);
            if (!line.StartsWith("#"u8) && !line.IsEmpty)
            {
                return line.StartsWith("version="u8);
            }
        }

        return false;
    }

    /// <inheritdoc cref="ImageHeader.Read"/>
    public static string? Read(ReadOnlySpan<byte> start, out ImageHeader header)
    {
        header = new ImageHeader();
        if (start.StartsWith("COWD"u8))
        {
            return null; // an old sparse extent, which has no descriptor
        }

        return IsSparse(start) ? ReadSparse(start, ref header) : ReadText(start, ref header);
    }

    /// <summary>Whether it is an extent that names no file: one of those that a descriptor names can hold another descriptor.</summary>
    public static bool IsPlainExtent(ReadOnlySpan<byte> start) => !IsSparse(start) || HoldsData(start);

    private static bool IsSparse(ReadOnlySpan<byte> start) => start.StartsWith("KDMV"u8);

    /// <summary>Without a capacity of its own QEMU takes it for a descriptor with a header.</summary>
    private static bool HoldsData(ReadOnlySpan<byte> start) =>
        start.Length >= HeaderLength && start[CapacityOffset..][..sizeof(long)].ContainsAnyExcept((byte)0);

    private static string? ReadSparse(ReadOnlySpan<byte> start, ref ImageHeader header)
    {
        if (!HoldsData(start))
        {
            return "is not a VMDK that holds its data itself";
        }

        ulong descriptor = BinaryPrimitives.ReadUInt64LittleEndian(start[DescriptorOffset..]);
        if (descriptor is not (0 or 1))
        {
            return "has its VMDK descriptor where none should be";
        }

        ReadOnlySpan<byte> text = start[Math.Min(Sector, start.Length)..Math.Min(Sector + DescriptorLength, start.Length)];
        return ReadParent(Encoding.Latin1.GetString(text), ref header);
    }

    private static string? ReadText(ReadOnlySpan<byte> start, ref ImageHeader header)
    {
        if (start.Length > MaxText)
        {
            return "has no VMDK header, and is longer than a VMDK descriptor";
        }

        string text = Encoding.UTF8.GetString(start);
        var extents = new List<string>();
        foreach (string line in text.Split('\n').Select(line => line.Trim(' ', '\t', '\r', '\0')))
        {
            if (line.Length == 0 || line[0] == '#' || Setting().IsMatch(line))
            {
                continue;
            }

            // QEMU may see a file's name in a line where none is seen here. So each line must be understood.
            Match extent = Extent().Match(line);
            if (!extent.Success || extents.Count == MaxExtents)
            {
                return extent.Success ? "has more extents than a VMDK descriptor needs" : "has a line in its VMDK descriptor that is not understood";
            }

            if (extent.Groups[1].Success)
            {
                extents.Add(extent.Groups[1].Value);
            }
        }

        header = header with { Extents = extents };
        return ReadParent(text, ref header);
    }

    private static string? ReadParent(string text, ref ImageHeader header)
    {
        int at = text.IndexOf(ParentName, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        Match parent = Parent().Match(text, at);
        header = header with { Backing = parent.Success ? parent.Groups[1].Value : string.Empty, BackingFormat = "vmdk" };
        return parent.Success ? null : "names another VMDK that it lies on, in a way that is not understood";
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.]*[ \t]*=")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^(?:RW|RDONLY|NOACCESS)[ \t]+[0-9]{1,19}[ \t]+[A-Z0-9]{1,16}(?:[ \t]+""([^""\r\n]{1,511})""[^""]*)?$")]
    private static partial Regex Extent();

    [GeneratedRegex(@"\GparentFileNameHint=""([^""\r\n\0]{1,1023})""")]
    private static partial Regex Parent();
}
