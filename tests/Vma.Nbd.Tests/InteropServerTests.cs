// SPDX-License-Identifier: MIT

using System.Net;
using System.Text.Json;

namespace Vma.Nbd.Tests;

/// <summary>Our server with the clients that people have.</summary>
public sealed class InteropServerTests : IDisposable
{
    private const int Length = 9767 * 512; // not a multiple of 4096; qemu-img rounds up what is none of 512

    private readonly Place _place = new();
    private readonly TestDisk _disk = TestDisk.Random(Length, seed: 3);
    private readonly TestDisk _odd = TestDisk.Random(1_000_001, seed: 4);
    private readonly TestDisk _sink = new(Length);
    private readonly NbdServer _server;

    public InteropServerTests()
    {
        _server = new NbdServer([new NbdExport("disk", _disk) { Description = "a disk" }, new NbdExport("odd", _odd), new NbdExport("sink", null, _sink),
            new NbdExport("both", _sink, _sink)]);
        _server.Listen(_place["s"]);
        File.WriteAllBytes(_place["disk.raw"], _disk.Data);
        File.WriteAllBytes(_place["odd.raw"], _odd.Data);
    }

    public void Dispose()
    {
        _server.Dispose();
        _disk.Dispose();
        _odd.Dispose();
        _sink.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void Nbdinfo_lists_the_exports()
    {
        using JsonDocument list = JsonDocument.Parse(_place.Run("nbdinfo", "--list", "--json", Uri("")));
        JsonElement[] exports = [.. list.RootElement.GetProperty("exports").EnumerateArray()];

        Assert.Equal(["disk", "odd", "sink", "both"], exports.Select(export => export.GetProperty("export-name").GetString()));
        Assert.Equal([Length, 1_000_001, Length, Length], exports.Select(export => export.GetProperty("export-size").GetInt64()));
        Assert.Equal("a disk", exports[0].GetProperty("description").GetString());
        Assert.Equal([true, true, false, false], exports.Select(export => export.GetProperty("is_read_only").GetBoolean()));
        Assert.Contains("can_multi_conn: true", _place.Run("nbdinfo", Uri("disk")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disk")]
    [InlineData("odd")]
    public void Nbdinfo_maps_what_is_allocated(string export)
    {
        using JsonDocument map = JsonDocument.Parse(_place.Run("nbdinfo", "--map", "--json", Uri(export)));
        TestDisk disk = export == "disk" ? _disk : _odd;
        long offset = 0;
        foreach (JsonElement extent in map.RootElement.EnumerateArray())
        {
            BlockStatus status = disk.StatusAt(offset);
            Assert.Equal((offset, status.Length, status.ReadsAsZeroes ? 3 : 0),
                (extent.GetProperty("offset").GetInt64(), extent.GetProperty("length").GetInt64(), extent.GetProperty("type").GetInt32()));
            offset += status.Length;
        }

        Assert.Equal(disk.Length, offset);
    }

    [Theory]
    [InlineData("disk", 1)]
    [InlineData("disk", 8)]
    [InlineData("odd", 8)]
    public void Nbdcopy_reads_a_disk(string export, int connections)
    {
        _place.Run("nbdcopy", $"--connections={connections}", Uri(export), _place["copy"]);

        Assert.True((export == "disk" ? _disk : _odd).Data.SequenceEqual(File.ReadAllBytes(_place["copy"])));
    }

    [Theory]
    [InlineData("sink", 1)]
    [InlineData("sink", 8)]
    [InlineData("both", 8)]
    public void Nbdcopy_writes_into_a_sink(string export, int connections)
    {
        _place.Run("nbdcopy", $"--connections={connections}", "--flush", _place["disk.raw"], Uri(export));

        Assert.True(_sink.Data.SequenceEqual(_disk.Data));
        Assert.True(_sink.Flushes > 0);
    }

    [Fact]
    public void Qemu_img_reads_and_compares_and_converts()
    {
        using JsonDocument info = JsonDocument.Parse(_place.Run("qemu-img", "info", "--output=json", "-f", "raw", Uri("disk")));
        Assert.Equal(Length, info.RootElement.GetProperty("virtual-size").GetInt64());
        Assert.Contains("identical", _place.Run("qemu-img", "compare", "-f", "raw", "-F", "raw", Uri("disk"), _place["disk.raw"]), StringComparison.Ordinal);
        _place.Run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", Uri("disk"), _place["disk.qcow2"]);
        _place.Run("qemu-img", "compare", _place["disk.qcow2"], _place["disk.raw"]);
        using JsonDocument map = JsonDocument.Parse(_place.Run("qemu-img", "map", "--output=json", "-f", "raw", Uri("disk")));
        Assert.Equal(_disk.StatusAt(0).Length, map.RootElement[0].GetProperty("length").GetInt64());
    }

    [Theory]
    [InlineData("sink")]
    [InlineData("both")]
    public void Qemu_img_writes_into_a_sink(string export)
    {
        _place.Run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", _place["disk.raw"], Uri(export));

        Assert.True(_sink.Data.SequenceEqual(_disk.Data));
    }

    [Fact]
    public void Qemu_io_writes_zeroes_discards_and_flushes()
    {
        _place.Run("qemu-io", "-f", "raw", "-c", "write -P 7 1000 70000", "-c", "write -z 4096 8192", "-c", "discard 0 512", "-c", "write -f -P 9 0 512", "-c",
            "flush", "-c", "read -P 7 20000 512", Uri("both"));

        Assert.Equal((9, 7, 0, 0, 7), (_sink.Data[0], _sink.Data[1000], _sink.Data[4096], _sink.Data[12287], _sink.Data[12288]));
        Assert.True(_sink.Flushes > 0);
    }

    [Fact]
    public void Nbdfuse_shows_a_disk_as_a_file()
    {
        Directory.CreateDirectory(_place["mnt"]);
        System.Diagnostics.Process fuse = _place.StartProcess("nbdfuse", "-r", _place["mnt/odd"], Uri("odd"));
        try
        {
            Wait.Until(() => File.Exists(_place["mnt/odd"]), fuse);
            _place.Run("cmp", _place["mnt/odd"], _place["odd.raw"]);
        }
        finally
        {
            _place.TryRun("fusermount3", "-u", _place["mnt"]);
            fuse.WaitForExit(Place.Patience);
        }
    }

    [Fact]
    public void The_nbd_proxy_of_nbdkit_passes_a_disk_on()
    {
        _place.Start(_place["k"], "nbdkit", "-f", "-r", "-U", _place["k"], "nbd", $"socket={_place["s"]}", "export=odd", "shared=true");
        _place.Run("nbdcopy", $"nbd+unix:///?socket={_place["k"]}", _place["copy"]);

        Assert.True(_odd.Data.SequenceEqual(File.ReadAllBytes(_place["copy"])));
    }

    [Fact]
    public void Nbd_client_lists_the_exports()
    {
        IPEndPoint address = _server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        (_, string output, string error) = _place.TryRun("nbd-client", "-l", "127.0.0.1", $"{address.Port}");

        Assert.True(output.Contains("odd", StringComparison.Ordinal), output + error);
    }

    private string Uri(string export) => NbdUri.ForSocket(_place["s"], export).ToString();
}
