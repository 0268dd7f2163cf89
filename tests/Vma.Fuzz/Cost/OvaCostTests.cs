// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vma.Qemu.Guests.Ovf;

namespace Vma.Fuzz.Cost;

/// <summary>An OVA is read in proportion to its bytes: its list of files, its descriptor, its manifest and the starts of its images.</summary>
[Collection(typeof(Alone))]
public sealed class OvaCostTests(ITestOutputHelper output)
{
    private const int Length = 600_000;
    private const int PackagesInATestRun = 150;
    private const int ImageLength = 1000;

    private const string Start = "<Envelope><References><File id='f' href='disk.img'/></References>"
        + "<DiskSection><Disk diskId='d' fileRef='f' capacity='1048576'/></DiskSection><VirtualSystem>";
    private const string Disk = "<Item><InstanceID>1</InstanceID><ResourceType>17</ResourceType><HostResource>/disk/d</HostResource></Item>";
    private const string End = "</VirtualSystem></Envelope>";
    private static readonly byte[] Sound = Package(Start + Disk + End, Manifest(1, ImageLength));

    private static readonly Dictionary<string, Func<byte[]>> Pieces = new()
    {
        ["a file in the manifest"] = () => Package(Start + Disk + End, Manifest(8000, 200_000), new byte[200_000]),
        ["an item in the descriptor"] = () => Package(Start + Disk + Times("<Item><ResourceType>4</ResourceType></Item>") + End),
        ["a disk in the descriptor"] = () => Package(Start + Times(Disk) + End),
        ["an attribute in the descriptor"] = () => Package(
            Start + "<Item " + string.Join(' ', Enumerable.Range(0, 50_000).Select(i => $"a{i}='1'")) + "/>" + Disk + End),
        ["an element inside another"] = () => Package(Start + Times("<a>") + End),
        ["a machine"] = () => Package(Start + Times("<VirtualSystem/>") + End),
        ["an empty file of the tar file"] = () => new Repetition("", Sound[..^1024], Sound[..512]).Make(Length),
        ["a longer name, of pax"] = () =>
            [.. Member('x', Length / 9 * 9, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("9 a=1234\n", Length / 9)))), .. Sound],
        ["a longer name, of GNU"] = () => [.. Member('L', Length, new byte[Length]), .. Sound],
        ["a claim of pax"] = () => [.. Member('x', int.MaxValue - 1024, new byte[Length])],
        ["a claim of GNU"] = () => [.. Member('L', int.MaxValue - 1024, new byte[Length])],
        ["claims of pax"] = () => new Repetition("", [], Member('x', 500_000_000, new byte[512])).Make(Length),
        ["a claim of a file"] = () => [.. Member('0', 1L << 33, new byte[Length])],
        ["a claim of a global header"] = () => [.. Member('g', 1_000_000_000, new byte[Length])],
    };

    public static TheoryData<string> Names => [.. Pieces.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_piece_of_an_ova_again_and_again_costs_in_proportion(string name) => Require(Pieces[name]());

    [Fact]
    public void Mutants_of_ovas_cost_in_proportion() => CostRun.Run(output, "cost.ova", PackagesInATestRun, static (random, _) =>
    {
        byte[] damaged = CompressedFuzzTests.Damage(random, Sound, out string _);
        return damaged.Length == 0 || random.Next(3) == 0 ? damaged
            : Repetition.Any(random, damaged).Make(random.Next(damaged.Length, damaged.Length + Length));
    }, Require);

    private static void Require(byte[] package)
    {
        using var scratch = new Scratch();
        string path = scratch.File("a.ova", package);
        WorkBound.Usual.Require("an OVA", package.Length, () =>
        {
            long before = ReadByProcess();
            try
            {
                OvaPackage opened = OvaPackage.Open(path);
                foreach (OvfDisk disk in opened.Machine.Disks)
                {
                    opened.ImageOf(disk, "raw");
                }

                opened.Verify(TestContext.Current.CancellationToken);
            }
            catch (OvfException)
            {
                // What was read until then has been counted.
            }

            return (0, ReadByProcess() - before);
        });
    }

    private static long ReadByProcess() =>
        long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("rchar: ", StringComparison.Ordinal)).AsSpan(7), CultureInfo.InvariantCulture);

    private static string Times(string piece) => string.Concat(Enumerable.Repeat(piece, Length / piece.Length));

    private static byte[] Manifest(int lines, int imageLength) => Encoding.ASCII.GetBytes(string.Concat(
        Enumerable.Repeat($"SHA256(disk.img)= {Convert.ToHexString(SHA256.HashData(new byte[imageLength]))}\n", lines)));

    private static byte[] Package(string descriptor, byte[]? manifest = null, byte[]? image = null)
    {
        var package = new MemoryStream();
        using (var tar = new TarWriter(package, leaveOpen: true))
        {
            Add(tar, "a.ovf", Encoding.UTF8.GetBytes(descriptor));
            Add(tar, "a.mf", manifest ?? []);
            Add(tar, "disk.img", image ?? new byte[ImageLength]);
        }

        return package.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    /// <summary>A member of a tar file, whose header claims a length that need not be there.</summary>
    private static byte[] Member(char type, long claimed, byte[] content)
    {
        var member = new byte[512 + (content.Length + 511) / 512 * 512];
        "a"u8.CopyTo(member);
        Encoding.ASCII.GetBytes("0000600\00000000\00000000\0").CopyTo(member, 100);
        if (claimed < 1L << 33)
        {
            Encoding.ASCII.GetBytes($"{Convert.ToString(claimed, 8).PadLeft(11, '0')}\0").CopyTo(member, 124);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(member.AsSpan(128), claimed);
            member[124] = 0x80;
        }

        Encoding.ASCII.GetBytes("00000000000\0        ").CopyTo(member, 136);
        member[156] = (byte)type;
        "ustar\0"u8.CopyTo(member.AsSpan(257));
        "00"u8.CopyTo(member.AsSpan(263));
        int sum = member.AsSpan(0, 512).ToArray().Sum(one => one);
        Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(member, 148);
        content.CopyTo(member, 512);
        return member;
    }
}
