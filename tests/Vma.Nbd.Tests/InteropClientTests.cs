// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;

namespace Vma.Nbd.Tests;

/// <summary>Our client with the servers that people have.</summary>
public sealed class InteropClientTests : IDisposable
{
    private const int Length = 5861 * 512; // not a multiple of 4096

    private readonly Place _place = new();
    private readonly TestDisk _disk = TestDisk.Random(Length, seed: 8);

    public InteropClientTests() => File.WriteAllBytes(_place["disk.raw"], _disk.Data);

    public void Dispose()
    {
        _disk.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public void The_client_reads_and_writes_a_disk_of_qemu_nbd(string format)
    {
        string image = Image(format);
        Process server = _place.Start(_place["s"], "qemu-nbd", "-f", format, "-t", "-e", "4", "-x", "name", "-k", _place["s"], image);
        using (NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "name"), new NbdClientOptions { Connections = 4 }))
        {
            AssertSame(client);
            WriteEverywhere(client);
            AssertSame(client);
        }

        server.Kill();
        server.WaitForExit();
        File.WriteAllBytes(_place["expected.raw"], _disk.Data);
        _place.Run("qemu-img", "compare", "-f", format, "-F", "raw", image, _place["expected.raw"]);
    }

    [Fact]
    public void The_client_reads_a_dirty_bitmap_of_qemu_nbd()
    {
        string image = Image("qcow2");
        _place.Run("qemu-img", "bitmap", "--add", image, "map");
        _place.Run("qemu-io", "-c", "write 131072 65536", image);
        _place.Start(_place["s"], "qemu-nbd", "-f", "qcow2", "-r", "-t", "-B", "map", "-k", _place["s"], image);
        const string Context = "qemu:dirty-bitmap:map";
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { MetaContexts = [Context, "qemu:dirty-bitmap:none"] });

        Assert.Equal(["base:allocation", Context], client.MetaContexts.Order());
        Assert.Equal(new NbdExtent(131072, 0), client.StatusAt(Context, 0));
        Assert.Equal(new NbdExtent(65536, 1), client.StatusAt(Context, 131072));
        Assert.Equal(0u, client.StatusAt(Context, 196608).Flags);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--filter=noextents")]
    [InlineData("--filter=delay delay-read=1ms")]
    [InlineData("--filter=blocksize-policy blocksize-minimum=4096 blocksize-maximum=65536 blocksize-error-policy=error")]
    [InlineData("--filter=blocksize-policy blocksize-minimum=512 blocksize-preferred=4096 blocksize-maximum=1M blocksize-error-policy=error")]
    [InlineData("--filter=nozero")]
    [InlineData("--filter=multi-conn multi-conn-mode=disable")]
    [InlineData("--no-sr")]
    public void The_client_reads_and_writes_a_disk_of_nbdkit(string arguments)
    {
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), options = [.. words.Where(word => word.StartsWith('-'))],
            parameters = [.. words.Except(options)];
        // nbdkit wants a size that is a multiple of its smallest block.
        int length = arguments.Contains("minimum=4096", StringComparison.Ordinal) ? Length / 4096 * 4096 : Length;
        using (FileStream file = File.OpenWrite(_place["disk.raw"]))
        {
            file.SetLength(length);
        }

        _place.Start(_place["s"], "nbdkit", ["-f", "-U", _place["s"], .. options, "file", _place["disk.raw"], .. parameters]);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { Connections = 2 });

        Assert.Equal(length, client.Length);
        AssertSame(client);
        WriteEverywhere(client);
        AssertSame(client);
    }

    [Fact]
    public void The_client_reports_errors_of_nbdkit_and_keeps_the_connection()
    {
        _place.Start(_place["s"], "nbdkit", "-f", "-r", "-U", _place["s"], "--filter=error", "file", _place["disk.raw"], "error-pread=ENOMEM",
            "error-pread-rate=100%", $"error-pread-file={_place["fail"]}");
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]));
        File.WriteAllText(_place["fail"], string.Empty);
        NbdException fault = Assert.Throws<NbdException>(() => client.ReadAt(0, new byte[512]));
        File.Delete(_place["fail"]);

        Assert.Equal((NbdError.OutOfMemory, false), (fault.Error, fault.ConnectionLost));
        AssertSame(client);
    }

    [Fact]
    public void The_client_refuses_a_server_of_the_old_style_and_says_why()
    {
        _place.StartProcess("nbdkit", "-f", "--oldstyle", "-U", _place["s"], "file", _place["disk.raw"]);
        Wait.Until(() => File.Exists(_place["s"]));

        NbdException fault = Assert.Throws<NbdException>(() => NbdClient.Connect(NbdUri.ForSocket(_place["s"])));
        Assert.Contains("old style", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_client_reads_and_writes_a_disk_of_nbd_server()
    {
        File.WriteAllText(_place["config"],
            $"[generic]\nuser=root\ngroup=root\nallowlist=true\nunixsock={_place["s"]}\n[disk]\nexportname={_place["disk.raw"]}\nflush=true\ntrim=false\n");
        _place.Run("nbd-server", "-C", _place["config"], "-p", _place["pid"]);
        Wait.Until(() => File.Exists(_place["pid"]) && new FileInfo(_place["pid"]).Length > 0);
        using Process server = Process.GetProcessById(int.Parse(File.ReadAllText(_place["pid"]), CultureInfo.InvariantCulture));
        try
        {
            Wait.Until(() => Place.CanConnect(_place["s"]));
            using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"], "disk"));
            Assert.Contains(NbdClient.List(NbdUri.ForSocket(_place["s"])), export => export.Name == "disk");
            AssertSame(client);
            WriteEverywhere(client);
            AssertSame(client);
        }
        finally
        {
            server.Kill();
            Wait.Until(() => server.HasExited);
        }
    }

    [Fact]
    public void The_client_reads_on_when_the_server_comes_back()
    {
        string[] arguments = ["-f", "-r", "-U", _place["s"], "file", _place["disk.raw"]];
        Process first = _place.Start(_place["s"], "nbdkit", arguments);
        using NbdClient client = NbdClient.Connect(NbdUri.ForSocket(_place["s"]), new NbdClientOptions { ReconnectTimeout = Place.Patience });
        client.ReadAt(0, new byte[512]);
        first.Kill();
        first.WaitForExit();
        File.Delete(_place["s"]);
        Thread reader = new(() => AssertSame(client));
        reader.Start();
        _place.Start(_place["s"], "nbdkit", arguments);

        Assert.True(reader.Join(Place.Patience));
        AssertSame(client);
    }

    private string Image(string format)
    {
        if (format == "raw")
        {
            return _place["disk.raw"];
        }

        _place.Run("qemu-img", "convert", "-f", "raw", "-O", format, _place["disk.raw"], _place["image"]);
        return _place["image"];
    }

    private void AssertSame(NbdClient client)
    {
        byte[] read = new byte[client.Length];
        client.ReadAt(0, read);
        Assert.True(_disk.Data[..read.Length].SequenceEqual(read));
        Random random = new(1);
        Parallel.For(0, 50, _ =>
        {
            int offset, length;
            lock (random)
            {
                offset = random.Next(read.Length);
                length = random.Next(Math.Min(20_000, read.Length - offset)) + 1;
            }

            byte[] part = new byte[length];
            client.ReadAt(offset, part);
            Assert.True(read.AsSpan(offset, length).SequenceEqual(part));
        });
        for (long at = 0; at < client.Length;)
        {
            BlockStatus status = client.StatusAt(at);
            Assert.True(!status.ReadsAsZeroes || read.AsSpan((int)at, (int)status.Length).IndexOfAnyExcept((byte)0) < 0);
            at += status.Length;
        }
    }

    private void WriteEverywhere(NbdClient client)
    {
        Random random = new(2);
        for (int i = 0; i < 40; i++)
        {
            int offset = random.Next((int)client.Length), length = random.Next(Math.Min(i % 2 == 0 ? 9000 : 300_000, (int)client.Length - offset)) + 1;
            byte[] bytes = new byte[i % 4 == 3 ? 0 : length];
            random.NextBytes(bytes);
            if (bytes.Length == 0)
            {
                client.WriteZeroesAt(offset, length);
                _disk.WriteZeroesAt(offset, length);
            }
            else
            {
                client.WriteAt(offset, bytes);
                _disk.WriteAt(offset, bytes);
            }
        }

        client.Flush();
    }
}
