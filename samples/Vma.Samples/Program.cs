// SPDX-License-Identifier: MIT

namespace Vma.Samples;

/// <summary>Runs every sample in a new temporary directory. Exit code 0 when all of them do what they say, else 1.</summary>
public static class Program
{
    private const int ClusterSize = 65_536;

    public static int Main()
    {
        string directory = Directory.CreateTempSubdirectory("vma-samples-").FullName;
        try
        {
            RunAll(directory, Console.Out);
            Console.WriteLine("all samples did what they should");
            return 0;
        }
        catch (SampleException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Runs every sample; <paramref name="directory"/> exists and is empty.</summary>
    /// <exception cref="SampleException">A sample's result is not what it should be.</exception>
    public static void RunAll(string directory, TextWriter output)
    {
        string config = Path.Combine(directory, "qemu-server.conf");
        File.WriteAllText(config, "name: sample\nmemory: 512\n");
        var disks = new Dictionary<string, string>
        {
            ["drive-scsi0"] = MakeDisk(Path.Combine(directory, "first.raw"), 70 * ClusterSize, seed: 1),
            ["drive-scsi1"] = MakeDisk(Path.Combine(directory, "second.raw"), 3 * ClusterSize + 1000, seed: 2),
        };

        string archive = Path.Combine(directory, "guest.vma");
        VmaWriteReport written = BackUpDisks.Run(archive, config, disks);
        Check(written.ArchiveBytes == new FileInfo(archive).Length, "the report tells the archive's length");

        var listing = new StringWriter();
        ListArchive.Run(archive, listing);
        output.Write(listing);
        Check(listing.ToString().Contains("disk drive-scsi1: 197608 bytes", StringComparison.Ordinal), "the list shows the second disk");

        string restored = Directory.CreateDirectory(Path.Combine(directory, "restored")).FullName;
        VmaReadReport read = RestoreDisks.Run(archive, restored);
        Check(read.DataChecked, "the archive is sealed, so its data is checked");
        Check(AreEqual(config, Path.Combine(restored, "qemu-server.conf")), "the config is restored");
        Check(disks.All(disk => AreEqual(disk.Value, Path.Combine(restored, $"{disk.Key}.raw"))), "the disks are restored");

        RunThreads(directory, disks["drive-scsi0"]);
        Check(VerifyArchive.Run(archive, output), "a new archive is good");
        Damage(archive);
        Check(!VerifyArchive.Run(archive, output), "a damaged archive is not");

        string salvaged = Directory.CreateDirectory(Path.Combine(directory, "salvaged")).FullName;
        VmaSalvageReport saved = SalvageDisks.Run(archive, salvaged, output);
        Check(saved.Devices.Sum(device => device.LostBytes) is > 0 and <= ClusterSize, "one cluster is lost");
        Check(disks.Count(disk => AreEqual(disk.Value, Path.Combine(salvaged, $"{disk.Key}.raw"))) == 1, "the other disk is saved");
    }

    private static void RunThreads(string directory, string diskPath)
    {
        long most = 0;
        string archive = Path.Combine(directory, "threads.vma");
        using (RawDisk disk = RawDisk.OpenRead(diskPath))
        using (FileStream stream = File.Create(archive))
        {
            WriteFromThreads.Run(stream, disk, progress => InterlockedMax(ref most, progress.Transferred));
            Check(most == disk.Length, "the progress ends at the disk's size");
        }

        string restored = Directory.CreateDirectory(Path.Combine(directory, "from-threads")).FullName;
        RestoreDisks.Run(archive, restored);
        Check(AreEqual(diskPath, Path.Combine(restored, "drive-scsi0.raw")), "what several threads wrote is the disk");
    }

    /// <summary>A disk of which every third cluster holds something.</summary>
    private static string MakeDisk(string path, int length, int seed)
    {
        var random = new Random(seed);
        var content = new byte[length];
        for (int at = 0; at < length; at += 3 * ClusterSize)
        {
            random.NextBytes(content.AsSpan(at, Math.Min(ClusterSize, length - at)));
        }

        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Turns a bit in the middle of the data.</summary>
    private static void Damage(string archive)
    {
        using FileStream stream = File.Open(archive, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = stream.Length / 2;
        int value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ 1));
    }

    private static void InterlockedMax(ref long most, long value)
    {
        for (long seen = Interlocked.Read(ref most); value > seen; seen = Interlocked.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen)
            {
                return;
            }
        }
    }

    private static bool AreEqual(string one, string other) => File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new SampleException($"not so: {what}");
        }
    }
}

/// <summary>A sample's result is not what it should be.</summary>
public sealed class SampleException(string message) : Exception(message);
