// SPDX-License-Identifier: MIT

using System.IO.Compression;
using Vma.Disks;
using Vma.Tests.Support;

namespace Vma.Tests.Indexing;

/// <summary>Archives that can only be read from their start, and the copies that are made of them.</summary>
public sealed class SidecarTests : IDisposable
{
    private static readonly byte[] Content = Pattern.Patchy(12 << 20, new Random(5));
    private readonly Scratch _directory = new();

    private string Cache => _directory["cache"];

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("bzip2 -1 -c", 1)]
    public void Without_a_copy_the_archive_is_refused_with_the_way_out(string command, int padding)
    {
        byte[] archive = Tool.Run(command.Replace("gzip", "gzip -c", StringComparison.Ordinal),
            [.. ArchiveForms.Make("sealed", [Content]), .. new byte[padding]]);
        VmaFault fault = Assert.Throws<VmaException>(() => VmaArchive.Open(new MemoryStream(archive))).Fault;
        Assert.Equal(VmaFaultCode.NotSeekable, fault.Code);
        Assert.Contains("vma repack", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_is_made_once_and_used_again()
    {
        string path = Archive();
        var progress = new Progress();
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache }, progress);
        Assert.True(progress.Reports > 0);
        string copy = Assert.Single(Directory.GetFiles(Cache));
        DateTime made = File.GetLastWriteTimeUtc(copy);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(copy) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache });
        Assert.Equal(copy, Assert.Single(Directory.GetFiles(Cache)));
        Assert.Equal(made, File.GetLastWriteTimeUtc(copy));
    }

    [Fact]
    public void An_archive_that_changed_gets_another_copy()
    {
        string path = Archive();
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache });
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(7));
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache });
        Assert.Equal(2, Directory.GetFiles(Cache).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_archive_of_the_same_uuid_size_and_time_gets_its_own_copy(bool isWrittenOver)
    {
        // Stored blocks, so that both are of one size; they differ in the middle, behind the first MiB and before the last.
        byte[] other = [.. Content];
        int middle = other.AsSpan(6 << 20).IndexOfAnyExcept((byte)0) + (6 << 20);
        other[middle] = (byte)(other[middle] == 1 ? 2 : 1);
        var options = new VmaWriterOptions { Seal = false };
        DateTime time = DateTime.UtcNow.AddDays(-1);
        string first = _directory["first.gz"], second = isWrittenOver ? first : _directory["second.gz"];
        WriteStored(first, Content, options, time);
        AssertReads(first, new VmaArchiveOptions { SidecarDirectory = Cache });
        long length = new FileInfo(first).Length;
        WriteStored(second, other, options, time);
        Assert.Equal((length, File.GetLastWriteTimeUtc(first)), (new FileInfo(second).Length, File.GetLastWriteTimeUtc(second)));
        AssertReads(second, new VmaArchiveOptions { SidecarDirectory = Cache }, content: other);
    }

    [Fact]
    public void A_cache_without_room_is_told_before_anything_is_written()
    {
        string archive = _directory["archive.gz"], cache = _directory.Mount("small", "size=1m");
        WriteStored(archive, Content, new VmaWriterOptions(), DateTime.UtcNow);
        IOException told = Assert.Throws<IOException>(() => VmaArchive.Open(archive, new VmaArchiveOptions { SidecarDirectory = cache }));
        Assert.Matches($"^the seekable copy needs about 7 MiB in '{cache}', and 1 MiB are free there$", told.Message);
        Assert.Empty(Scratch.Names(cache));
    }

    [Fact]
    public void A_cache_that_cannot_be_made_is_told_with_its_path()
    {
        string path = _directory.File("file") + "/cache";
        IOException told = Assert.Throws<IOException>(() => VmaArchive.Open(Archive(), new VmaArchiveOptions { SidecarDirectory = path }));
        Assert.StartsWith($"its seekable copy '{path}' cannot be made: ", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_that_is_not_whole_is_made_again()
    {
        string path = Archive();
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache });
        string copy = Assert.Single(Directory.GetFiles(Cache));
        File.WriteAllBytes(copy, File.ReadAllBytes(copy)[..^1]);
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache });
        Assert.Equal(copy, Assert.Single(Directory.GetFiles(Cache)));
    }

    [Fact]
    public void Several_callers_at_once_all_get_a_right_copy()
    {
        string path = Archive();
        Workers.ForEach(Enumerable.Range(0, 4), _ => AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache }));
        Assert.Single(Directory.GetFiles(Cache));
    }

    [Fact]
    public void A_cancelled_copy_leaves_nothing()
    {
        string path = Archive();
        using var source = new CancellationTokenSource();
        var options = new VmaArchiveOptions { SidecarDirectory = Cache };
        Assert.ThrowsAny<OperationCanceledException>(() => VmaArchive.Open(path, options, new Progress { OnReport = source.Cancel }, source.Token));
        Assert.Empty(Directory.GetFiles(Cache));
    }

    [Fact]
    public void A_damaged_archive_leaves_nothing()
    {
        string path = Archive();
        byte[] archive = File.ReadAllBytes(path);
        archive[archive.Length / 2] ^= 1;
        File.WriteAllBytes(path, archive);
        Assert.Throws<VmaException>(() => VmaArchive.Open(path, new VmaArchiveOptions { SidecarDirectory = Cache }));
        Assert.Empty(Directory.GetFiles(Cache));
    }

    [Fact]
    public void What_a_killed_maker_left_is_removed_and_what_one_at_work_writes_is_not()
    {
        string path = Archive();
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache });
        string copy = Assert.Single(Directory.GetFiles(Cache));
        File.Delete(copy);
        string dead = copy + ".partial-dead", living = copy + ".partial-living";
        File.WriteAllText(dead, "x");
        using FileStream held = new(living, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        File.SetLastWriteTimeUtc(dead, DateTime.UtcNow.AddHours(-1));
        File.SetLastWriteTimeUtc(living, DateTime.UtcNow.AddHours(-1));
        AssertReads(path, new VmaArchiveOptions { SidecarDirectory = Cache });
        Assert.Equal([copy, living], Directory.GetFiles(Cache).Order());
    }

    [Fact]
    public void A_seekable_archive_needs_no_copy()
    {
        File.WriteAllBytes(_directory["a"], ArchiveForms.Make("zst", [Content]));
        AssertReads(_directory["a"], new VmaArchiveOptions { SidecarDirectory = Cache });
        Assert.False(Directory.Exists(Cache));
    }

    public void Dispose() => _directory.Dispose();

    private string Archive()
    {
        File.WriteAllBytes(_directory["archive.gz"], ArchiveForms.Make("gzip", [Content]));
        return _directory["archive.gz"];
    }

    private static void WriteStored(string path, byte[] disk, VmaWriterOptions options, DateTime time)
    {
        using (FileStream file = File.Create(path))
        using (var gzip = new GZipStream(file, CompressionLevel.NoCompression))
        using (var writer = new VmaWriter(gzip, options))
        {
            writer.Copy(new Dictionary<VmaDeviceWriter, IBlockSource> { [writer.AddDevice("disk0", disk.Length)] = new MemoryDisk(disk) });
            writer.Commit();
        }

        File.SetLastWriteTimeUtc(path, time);
    }

    private static void AssertReads(string path, VmaArchiveOptions options, Progress? progress = null, byte[]? content = null)
    {
        using var archive = VmaArchive.Open(path, options, progress);
        var all = new MemoryStream();
        using Stream disk = archive.OpenDisk("disk0").OpenStream();
        disk.CopyTo(all);
        Assert.True((content ?? Content).AsSpan().SequenceEqual(all.ToArray()));
    }

    private sealed class Progress : IProgress<VmaProgress>
    {
        public int Reports { get; private set; }

        public Action? OnReport { get; init; }

        public void Report(VmaProgress value)
        {
            Reports++;
            OnReport?.Invoke();
        }
    }
}
