// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Vma.Compression;
using Vma.Compression.Zstd;
using Vma.Compression.Zstd.Spans;
using Vma.Indexing.Stored;
using Vma.Input;
using Vma.Tests.Support;

namespace Vma.Tests.Passes;

/// <summary>Index files that a test makes, and damages.</summary>
internal static class StoredIndexes
{
    private const int TailLength = 16;
    private const int RecordHead = 16;

    /// <summary>Puts an index, whatever is in it, where that of an archive is looked for.</summary>
    public static void Put(string directory, string archivePath, byte[] index)
    {
        using FileStream archive = File.OpenRead(archivePath);
        using IndexOutput output = new IndexFolder(directory).TryCreate(archive, ArchiveIdentity.Of(new SeekableInput(archive, 0)))!;
        RandomAccess.Write(output.Handle, index, 0);
        output.Publish();
    }

    /// <summary>The index of an archive with short spans, and where these are.</summary>
    public static (byte[] Index, ZstdSpan[] Spans) Make(byte[] compressed, byte[] plain, int spanLength)
    {
        using FileStream archive = FileCopy.Of(compressed);
        using FileStream file = FileCopy.Of([]);
        using var writer = new IndexWriter(file.SafeFileHandle, ArchiveIdentity.Of(new SeekableInput(archive, 0)));
        using (var follower = new FrameFollower(writer, 160L << 20, spanLength))
        {
            using var scanner = new ZstdScanner(new ForwardInput(new MemoryStream(compressed)), new FrameContent(), 1L << 30, check: null, follower);
            var buffer = new byte[100_000];
            while (scanner.Next() is { } scan)
            {
                while (scan.Long is { } frame && frame.Read(buffer, out _) > 0)
                {
                }
            }
        }

        new ArchiveMap(plain).Extents.ForEach(extent => writer.AddExtent(extent.Offset, plain.AsSpan(extent.Offset, ExtentDraft.HeaderLength)));
        writer.Finish();
        var index = new byte[file.Length];
        RandomAccess.Read(file.SafeFileHandle, index, 0);
        return (index, [.. Enumerable.Range(0, writer.Spans.Count).Select(writer.Spans.SpanAt)]);
    }

    /// <summary>Changes what a record says, and makes its hash right.</summary>
    public static byte[] Forge(byte[] index, Random random)
    {
        byte[] forged = [.. index];
        int list = (int)BinaryPrimitives.ReadInt64LittleEndian(forged.AsSpan(forged.Length - TailLength));
        int spans = BinaryPrimitives.ReadInt32LittleEndian(forged.AsSpan(list + RecordHead));
        int entry = list + RecordHead + 16 + random.Next(spans) * 40;
        int record = (int)BinaryPrimitives.ReadInt64LittleEndian(forged.AsSpan(entry + 32));
        bool isList = random.Next(2) == 0;
        (int start, int from, int count) = isList ? (list, random.Next(3) == 0 ? list + RecordHead : entry, 40) : (record, record + RecordHead + 32, 24);
        for (int i = random.Next(1, 3); i > 0; i--)
        {
            Span<byte> place = forged.AsSpan(from + random.Next(count / 4) * 4, 4);
            int value = BinaryPrimitives.ReadInt32LittleEndian(place);
            int[] values = [0, 1, -1, int.MaxValue, int.MinValue, 1 << 30, unchecked(value + 1), unchecked(value - 1), value << 1, random.Next()];
            BinaryPrimitives.WriteInt32LittleEndian(place, values[random.Next(values.Length)]);
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(forged.AsSpan(start + 4));
        ulong kind = BinaryPrimitives.ReadUInt32LittleEndian(forged.AsSpan(start));
        BinaryPrimitives.WriteUInt64LittleEndian(forged.AsSpan(start + 8), XxHash64.Compute(forged.AsSpan(start + RecordHead, length)) ^ kind);
        return forged;
    }
}
