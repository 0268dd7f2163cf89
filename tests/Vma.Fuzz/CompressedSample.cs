// SPDX-License-Identifier: MIT

namespace Vma.Fuzz;

/// <summary>A sound archive as one of the field's compressors makes it, in one file or in several put together.</summary>
internal sealed record CompressedSample(Sample Plain, byte[] Compressed, string Command)
{
    private static readonly string[] Commands = ["zstd -1 -c", "zstd -c", "zstd --no-check -c", "zstd --stream-size=SIZE -c", "pzstd -c", "lzop -c",
        "lzop -9 --crc32 -c", "lzop --no-checksum -c", "gzip -c", "bzip2 -1 -c"];

    /// <summary>Each compressor twice: in one file, and in parts of some kilobytes.</summary>
    public static CompressedSample[] MakeAll(int seed) =>
        [.. Commands.SelectMany((command, i) =>
            (CompressedSample[])[Make(Sample.Make(seed + i), command, parts: 1), Make(Sample.Make(seed + i + 100), command, parts: 7)])];

    private static CompressedSample Make(Sample sample, string command, int parts)
    {
        byte[][] chunks = [.. sample.Archive.Chunk(sample.Archive.Length / parts + 1)];
        return new CompressedSample(sample, [.. chunks.SelectMany(chunk =>
            Tool.Run(command.Replace("SIZE", $"{chunk.Length}", StringComparison.Ordinal), chunk))], $"{command}, {parts} files");
    }
}
