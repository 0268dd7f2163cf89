// SPDX-License-Identifier: MIT

using Vma.Threads;
using Vma.Tests.Support;

namespace Vma.Tests.Passes;

/// <summary>Archives as they come out of the zstd program: frames with one start, too long to be held.</summary>
internal static class Stock
{
    /// <summary>Two disks of noise, text, zeros and repeats of what came before, near and far.</summary>
    public static byte[][] Disks(int seed) => [Content(new Random(seed), 14 << 20), Content(new Random(seed + 1), (3 << 20) + 777)];

    /// <summary>What a command line, or a way of its own, makes of an archive.</summary>
    public static byte[] Make(string way, byte[] plain) => way switch
    {
        "of a file" => Tool.RunOnFile("zstd -3", plain),
        "frames" => [.. Skippable(5), .. Tool.RunOnParts("zstd -3 -c", plain, 9_000_000), .. Skippable(0), .. Skippable(70_000)],
        "short frames first" => [.. Tool.RunOnFile("zstd -1", plain[..300_000]), .. Skippable(9), .. Tool.Run("zstd -3 -c", plain[300_000..])],
        _ => Tool.Run(way, plain),
    };

    /// <summary>Reads ranges here and there, with several threads at once, and compares them.</summary>
    public static void AssertReads(VmaArchive archive, byte[][] disks, int seed)
    {
        VmaDisk[] read = [.. archive.Manifest.Devices.Select(archive.OpenDisk)];
        int thread = 0;
        WorkerGroup.Run(3, "test", () =>
        {
            var random = new Random(seed + Interlocked.Increment(ref thread));
            for (int i = 0; i < 40; i++)
            {
                int disk = random.Next(disks.Length);
                int length = random.Next(random.Next(8) == 0 ? 2_000_000 : 70_000);
                int at = random.Next(disks[disk].Length - length);
                var buffer = new byte[length];
                read[disk].ReadAt(at, buffer, TestContext.Current.CancellationToken);
                Assert.True(buffer.AsSpan().SequenceEqual(disks[disk].AsSpan(at, length)), $"{length} bytes at {at} of disk {disk} are wrong (seed {seed})");
            }
        });
        for (int i = 0; i < disks.Length; i++)
        {
            var whole = new byte[disks[i].Length];
            read[i].ReadAt(0, whole, TestContext.Current.CancellationToken);
            Assert.True(whole.AsSpan().SequenceEqual(disks[i]), $"disk {i} is wrong (seed {seed})");
        }
    }

    /// <summary>Waits until the pass has left its index, and gives that.</summary>
    public static string IndexIn(string directory)
    {
        Wait.Until(() => Directory.Exists(directory) && Directory.GetFiles(directory, "*.idx").Length == 1);
        return Directory.GetFiles(directory, "*.idx")[0];
    }

    private static byte[] Skippable(int length) => [0x50, 0x2a, 0x4d, 0x18, .. BitConverter.GetBytes(length), .. Pattern.Full(length)];

    private static byte[] Content(Random random, int length)
    {
        var bytes = new byte[length];
        for (int at = 0, count; at < length; at += count)
        {
            count = Math.Min(random.Next(1, 200_000), length - at);
            Span<byte> part = bytes.AsSpan(at, count);
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(part);
                    break;
                case 1 when at > count:
                    bytes.AsSpan(random.Next(at - count), count).CopyTo(part);
                    part[random.Next(count)] ^= 1;
                    break;
                case 2:
                    for (int i = 0; i < count; i++)
                    {
                        part[i] = random.Next(9) == 0 ? (byte)random.Next(256) : (byte)"the machine's disk was backed up "[i * 7 % 33];
                    }

                    break;
                default:
                    break;
            }
        }

        return bytes;
    }
}
