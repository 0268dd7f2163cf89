// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Formats;

/// <summary>Restore maps whose targets are images, block devices and NBD exports.</summary>
public sealed class MapTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("writeback")]
    [InlineData("unsafe")]
    [InlineData("writethrough")]
    [InlineData("directsync")]
    public void An_image_that_exists_is_written_with_each_cache_mode(string cache)
    {
        using var machine = new Machine();
        machine.Shell("qemu-img create -q -f qcow2 t.qcow2 $((40 * 1024 * 1024 + 512))");
        Restore(machine, $"format=qcow2:cache={cache}:0:drive-scsi1=@/t.qcow2");
        machine.Shell("qemu-img compare -f qcow2 -F raw t.qcow2 drive-scsi1.raw");
        Assert.InRange(Images.AllocatedBytes(machine["t.qcow2"]), 1 << 20, 4 << 20);
    }

    [Theory]
    [InlineData("qcow2")]
    [InlineData("vmdk")]
    [InlineData("vdi")]
    public void With_1_old_data_of_an_image_gives_way_to_zeros(string format)
    {
        using var machine = new Machine();
        machine.Shell($"qemu-img create -q -f {format} target $((40 * 1024 * 1024 + 512)); qemu-io -f {format} -c 'write -P 170 0 40M' target > /dev/null");
        Restore(machine, $"format={format}:1:drive-scsi1=@/target");
        machine.Shell($"qemu-img compare -f {format} -F raw target drive-scsi1.raw");
    }

    [Theory]
    [InlineData("0:")]
    [InlineData("1:")]
    public void An_NBD_export_is_written(string zeroes)
    {
        using var machine = new Machine();
        string old = zeroes == "0:" ? "truncate -s $((40 * 1024 * 1024 + 512)) t.raw" : "head -c $((40 * 1024 * 1024 + 512)) /dev/zero | tr '\\0' x > t.raw";
        machine.Shell($"{old}; qemu-nbd --fork -f raw --discard=unmap -k \"$PWD/s\" --pid-file=pid t.raw");
        Restore(machine, $"{zeroes}drive-scsi1=nbd+unix:///?socket=@/s");
        machine.Shell("while kill -0 $(cat pid) 2>/dev/null; do sleep 0.01; done; cmp t.raw drive-scsi1.raw");
        Assert.InRange(Images.AllocatedBytes(machine["t.raw"]), 1 << 20, 2 << 20);
    }

    [Fact]
    public void A_target_that_is_zero_from_the_start_may_say_so()
    {
        using var machine = new Machine();
        machine.Shell("truncate -s $((40 * 1024 * 1024 + 512)) t.raw");
        Restore(machine, "format=raw:1:drive-scsi1=zeroinit:@/t.raw");
        machine.Shell("cmp t.raw drive-scsi1.raw");
    }

    [Theory]
    [InlineData(40 << 20, "needs 41943552")]
    [InlineData((45 << 20) + 512, "at most 4194304 larger")]
    public void An_image_of_another_size_is_refused(int size, string about)
    {
        using var machine = new Machine();
        machine.Shell($"qemu-img create -q -f qcow2 t.qcow2 {size}");
        VmaResult result = Call(machine, "format=qcow2:0:drive-scsi1=@/t.qcow2");
        Assert.Contains(about, Told.LastWord(1, result), StringComparison.Ordinal);
        machine.AssertGone();
    }

    [Theory]
    [InlineData("0:")]
    [InlineData("1:")]
    public void A_block_device_is_written(string zeroes)
    {
        using var machine = new Machine();
        string old = zeroes == "0:" ? "truncate -s 41M back" : "head -c 41M /dev/zero | tr '\\0' x > back";
        VmaResult attached = VmaCall.Shell($"cd \"$1\"; {old}; exec losetup --find --show back", machine.Scratch.Path).Run();
        Assert.SkipUnless(attached.ExitCode == 0, "needs loop devices, which only root has");
        string device = attached.Output.Trim();
        try
        {
            Restore(machine, $"{zeroes}drive-scsi1={device}");
            machine.Shell($"cmp -n $((40 * 1024 * 1024 + 512)) {device} drive-scsi1.raw");
            if (zeroes == "1:")
            {
                Assert.InRange(Images.AllocatedBytes(machine["back"]), 1 << 20, 4 << 20);
            }

            machine.Run("create", "dev.vma", "-d", $"format=raw:drive-scsi1={device}").Succeeded();
            Restore(machine, $"format=raw:1:drive-scsi1={device}");
            Assert.Contains("needs", Told.LastWord(1, Call(machine, $"0:drive-scsi1={device}", "big")), StringComparison.Ordinal);
        }
        finally
        {
            VmaCall.Shell("losetup -d \"$1\"", device).Run();
        }
    }

    private static void Restore(Machine machine, string line)
    {
        Call(machine, line).Succeeded();
        machine.AssertGone();
        Directory.Delete(machine["conf"], recursive: true);
    }

    private static VmaResult Call(Machine machine, string line, string? archive = null)
    {
        if (archive is not null)
        {
            machine.Shell($"truncate -s 50M {archive}.raw; \"$VMA\" create {archive}.vma -d format=raw:drive-scsi1={archive}.raw");
        }

        byte[] map = Encoding.UTF8.GetBytes(line.Replace("@", machine.Scratch.Path, StringComparison.Ordinal) + "\nskip=drive-scsi0\nskip=b\n");
        return new VmaCall("extract", "-r", "/dev/stdin", machine[$"{archive ?? "a"}.vma"], machine["conf"]) { Input = map }.Run();
    }
}
