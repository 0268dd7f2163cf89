// SPDX-License-Identifier: MIT

using Vma.Compression.Zstd;

namespace Vma.Fuzz.Cost;

/// <summary>Archives that are a sound one and then one piece again and again: what costs a little for nearly no bytes costs much then.</summary>
/// <param name="Name">What the piece is.</param>
/// <param name="Start">A sound archive, or one that was cut.</param>
/// <param name="Piece">What is repeated.</param>
/// <param name="IsDense">Whether it is known to decode to far more than it is.</param>
internal sealed record Repetition(string Name, byte[] Start, byte[] Piece, bool IsDense = false)
{
    private const int DenseLength = 8 << 20;
    private const int QuickDense = 2;
    private static readonly ArchiveBuilder Draft = ArchiveBuilder.Sound();
    private static readonly byte[] Sound = Draft.Build();

    // A frame whose header tells no length, with one block that tells none either.
    private static readonly byte[] SizelessFrame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x01, 0x00, 0x00];

    // A frame that asks for a window of 128 MiB, with one byte in it.
    private static readonly byte[] WideFrame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x09, 0x00, 0x00, 0x41];

    // One block, 128 KiB of one byte.
    private static readonly byte[] DenseFrame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x03, 0x00, 0x10, 0x00];

    private static readonly byte[] NullExtent = new ArchiveBuilder().Null(7).ToBytes(Draft.Uuid);
    private static readonly byte[] Duplicate = new ArchiveBuilder().Extent().Slot(1, 0, 0).ToBytes(Draft.Uuid);
    private static readonly byte[] Overlapping = [.. "VMAE"u8, 0, 0, 0, 0, .. Draft.Uuid.ToByteArray(bigEndian: true)];

    /// <summary>All that is known to have cost much, and its neighbours.</summary>
    public static IReadOnlyList<Repetition> Known { get; } =
    [
        new("a null extent", Sound, NullExtent),
        new("an extent that repeats a cluster", Sound, Duplicate),
        new("headers inside one another", Sound, Overlapping),
        .. Dense("zstd").Take(QuickDense),
        .. new[] { "zstd", "lzop", "gzip", "bzip2" }.SelectMany(tool => (Repetition[])
        [
            new($"empty members of {tool}", Packed(tool, Sound), Packed(tool, [])),
            new($"members of {tool} of one byte", Packed(tool, Sound), Packed(tool, [1])),
            new($"members of {tool} behind damage", Packed(tool, Sound)[..^20], Packed(tool, [1])),
        ]),
        new("frames of zstd that tell no size", Packed("zstd", Sound), SizelessFrame),
        new("frames of zstd with wide windows", Packed("zstd", Sound), WideFrame),
        new("frames of zstd of one repeated byte", Packed("zstd", Sound), DenseFrame, IsDense: true),
        new("skippable frames", Packed("zstd", Sound), [0x5e, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]),
        new("seek tables without entries", Packed("zstd", Sound), new SeekTable().ToFrame()),
        new("places that look like a frame of zstd", Packed("zstd", Sound)[..^9], SizelessFrame[..4]),
        new("places that look like a block of lzop", [.. Packed("lzop", Sound)[..^4], 0xff], [0, 4, 0, 0]),
        new("blocks of lzop that are cut", [.. Packed("lzop", Sound)[..^4], 0xff], [0, 4, 0, 0, 0, 3, 0xff, 0xff, 1, 2, 3, 4]),
        new("headers of lzop", Packed("lzop", Sound), Packed("lzop", [])[..^4]),
        new("places that look like a member of gzip", Packed("gzip", Sound)[..^9], [0x1f, 0x8b, 8, 0]),
        new("places that look like a member of bzip2", Packed("bzip2", Sound)[..^9], [.. "BZh9"u8]),
    ];

    /// <summary>More that is dense: each reader goes through the gibibyte that it allows, which takes seconds.</summary>
    public static Lazy<IReadOnlyList<Repetition>> Slow { get; } =
        new(() => [.. Dense("zstd").Skip(QuickDense), .. Dense("lzop"), .. Dense("gzip"), .. Dense("bzip2")]);

    /// <summary>An archive of about so many bytes.</summary>
    public byte[] Make(int length)
    {
        byte[] archive = new byte[Start.Length + Math.Max(1, (length - Start.Length) / Piece.Length) * Piece.Length];
        Start.CopyTo(archive, 0);
        for (int at = Start.Length; at < archive.Length; at += Piece.Length)
        {
            Piece.CopyTo(archive, at);
        }

        return archive;
    }

    /// <summary>The same with one slice of an input, chosen by chance: any piece of any format can be the one that costs.</summary>
    public static Repetition Any(Random random, byte[] input)
    {
        int start = random.Next(input.Length);
        int count = Math.Min(1 << random.Next(1, 13), input.Length - start);
        int keep = random.Next(3) == 0 ? start : input.Length;
        return new Repetition($"bytes {start} to {start + count} behind the first {keep}", input[..keep], input[start..(start + count)]);
    }

    /// <summary>Some hundred bytes that decode to 8 MiB of nothing new.</summary>
    private static IEnumerable<Repetition> Dense(string tool) => new (string What, byte[] Piece)[]
    {
        ("null extents", NullExtent), ("headers inside one another", Overlapping), ("extents that repeat a cluster", Duplicate), ("zeros", [0]),
        ("an archive's headers", Sound[..12800]),
    }.Select(one => new Repetition($"{one.What} in {tool}", Packed(tool, Sound), Packed(tool, new Repetition(one.What, [], one.Piece).Make(DenseLength)),
        IsDense: true));

    private static byte[] Packed(string tool, byte[] plain) => Tool.Run($"{tool} -c", plain);
}
