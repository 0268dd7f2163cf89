// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using Vma.Qemu.Guests.Ovf;
using Vma.Qemu.Images;

namespace Vma.Qemu.Tests.Guests.Ovf;

/// <summary>Which images a package of a stranger may bring.</summary>
public sealed class OvaPackageTests
{
    private const int FirstExtension = 104;
    private const uint DataFileName = 0x44415441, BackingFormat = 0xe2792aca, FeatureNames = 0x6803f857;

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "qcow2", With(8, 0, 0, 0, 0, 0, 0, 2, 0), "names another file that it lies on" },
        { "qcow2", With(72 + 7, 1 << 2), "has its data in another file" },
        { "qcow2", With(72 + 7, 1 << 5), "features that are not known here (0x20)" },
        { "qcow2", With(72, 0x80), "features that are not known here (0x8000000000000000)" },
        { "qcow2", With(72 + 7, 1 << 1), "features that are not known here (0x2)" },
        { "qcow2", With(32 + 3, 2), "is encrypted" },
        { "qcow2", WithExtensions((DataFileName, 11)), "names another file for its data" },
        { "qcow2", WithExtensions((FeatureNames, 48), (BackingFormat, 5), (DataFileName, 0)), "names another file for its data" },
        { "qcow2", WithExtensions((FeatureNames, 48), (BackingFormat, 0xfffffff8)), "header extension at byte 160 that leads out" },
        { "qcow2", With(100, 0, 0, 0xff, 0xfc), "header that is damaged or cut" },
        { "qcow2", With(4 + 3, 4), "version 2 or 3" },
        { "qcow2", With(4 + 3, 1), "version 2 or 3" },
        { "qcow2", With(20, 0xff), "header that is damaged or cut" },
        { "qcow2", With(20 + 3, 22), "header that is damaged or cut" },
        { "qcow2", With(100, 0xff), "header that is damaged or cut" },
        { "qcow2", With(100 + 3, 72), "header that is damaged or cut" },
        { "qcow2", Clean()[..4096], "header that is damaged or cut" },
        { "qcow2", Clean()[..50], "version 2 or 3" },
        { "qcow2", [], "version 2 or 3" },
        { "qcow2", [.. "QED"u8, 0, .. new byte[1000]], "version 2 or 3" },
        { "vmdk", Vmdk(1, 0, string.Empty), "not a VMDK that holds its data itself" },
        { "vmdk", Vmdk(1, 8, "CID=1\nparentFileNameHint=\"/etc/shadow\"\n"), "names another VMDK" },
        { "vmdk", Vmdk(21, 8, string.Empty), "descriptor where none should be" },
        { "vmdk", [.. "KDMV"u8], "not a VMDK that holds its data itself" },
        { "vmdk", [], "not a VMDK that holds its data itself" },
        { "vhdx", [.. "vhdxfile"u8], "has the format vhdx" },
        { "vpc", new byte[1024], "has the format vpc" },
        { "vdi", new byte[1024], "has the format vdi" },
        { "qed", [.. "QED"u8, 0], "has the format qed" },
        { "qcow", [.. "QFI"u8, 0xfb, 0, 0, 0, 1], "has the format qcow" },
        { "luks", new byte[1024], "has the format luks" },
    };

    public static TheoryData<string, byte[]> Taken => new()
    {
        { "qcow2", Clean() },
        { "qcow2", With(72 + 7, 1) },
        { "qcow2", With(72 + 7, (1 << 3) | (1 << 4)) },
        { "qcow2", With(4 + 3, 2) },
        { "qcow2", WithExtensions((FeatureNames, 47), (BackingFormat, 5)) },
        { "qcow2", WithExtensions((FeatureNames, 65536 - FirstExtension - 8)) },
        { "vmdk", Vmdk(1, 8, "CID=1\nparentCID=ffffffff\n") },
        { "raw", With(8, 1) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_image_that_may_name_another_file_is_refused_by_its_name(string format, byte[] image, string about)
    {
        using var place = new Place();
        OvaPackage package = Package(place, image);
        OvfException refused = Assert.Throws<OvfException>(() => package.ImageOf(Assert.Single(package.Machine.Disks), format));
        Assert.StartsWith("the file 'disk.img' in it ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(about, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Taken))]
    public void An_image_that_names_no_other_file_is_taken(string format, byte[] image)
    {
        using var place = new Place();
        OvaPackage package = Package(place, image);
        QemuImage taken = package.ImageOf(Assert.Single(package.Machine.Disks), format);
        Assert.Equal((format, image.Length), (taken.Format, (int)taken.Range!.Value.Length));
    }

    [Theory]
    [InlineData('x', "17777777777\0")]
    [InlineData('g', "17777777777\0")]
    [InlineData('L', "00004000001\0")]
    [InlineData('K', "\u0080\0\0\0\0\0\0\0\0\0\0\u0009")]
    public void A_name_or_attribute_that_claims_more_than_any_has_takes_no_memory(char type, string size)
    {
        using var place = new Place();
        var header = new byte[512];
        Encoding.Latin1.GetBytes($"a{new string('\0', 99)}0000600\00000000\00000000\0{size}00000000000\0        {type}").CopyTo(header, 0);
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        Encoding.ASCII.GetBytes($"{Convert.ToString(header.Sum(one => one), 8).PadLeft(6, '0')}\0").CopyTo(header, 148);
        OvfException refused = Assert.Throws<OvfException>(() => OvaPackage.Open(place.File("a.ova", [.. header, .. new byte[2048]])));
        Assert.Contains("claims to have more than 1,048,576 bytes", refused.Message, StringComparison.Ordinal);
    }

    private static OvaPackage Package(Place place, byte[] image)
    {
        using (var tar = new TarWriter(File.Create(place["a.ova"])))
        {
            Add(tar, "a.ovf", Encoding.UTF8.GetBytes("""
                <Envelope><References><File id='f' href='disk.img'/></References><DiskSection><Disk diskId='d' fileRef='f' capacity='1048576'/></DiskSection>
                <VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>/disk/d</HostResource></Item></VirtualSystem></Envelope>
                """));
            Add(tar, "disk.img", image);
        }

        return OvaPackage.Open(place["a.ova"]);
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    private static byte[] Clean()
    {
        var image = new MemoryStream();
        Qcow2Image.Write(image, 1 << 20);
        return image.ToArray();
    }

    private static byte[] With(int offset, params byte[] bytes)
    {
        byte[] image = Clean();
        bytes.CopyTo(image, offset);
        return image;
    }

    private static byte[] WithExtensions(params (uint Type, uint Length)[] extensions)
    {
        byte[] image = Clean();
        long at = FirstExtension;
        foreach ((uint type, uint length) in extensions)
        {
            BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan((int)at), type);
            BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan((int)at + 4), length);
            at += 8 + ((length + 7L) / 8 * 8);
        }

        return image;
    }

    private static byte[] Vmdk(byte descriptorSector, byte capacity, string descriptor)
    {
        var image = new byte[64 << 10];
        "KDMV"u8.CopyTo(image);
        (image[4], image[12], image[28], image[36]) = (1, capacity, descriptorSector, 20);
        Encoding.ASCII.GetBytes("# Disk DescriptorFile\nversion=1\n" + descriptor).CopyTo(image, 512);
        return image;
    }
}
