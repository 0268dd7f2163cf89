// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Boot;

/// <summary>What <c>boot</c> starts, and what it says; guests that run are in the suite with real guests.</summary>
public sealed class BootTests : IDisposable
{
    private const int Terminate = 15;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_config_becomes_a_script()
    {
        string archive = Archive("bios: seabios\ncores: 3\nmemory: 768\nmachine: q35\nscsihw: virtio-scsi-pci\nboot: order=scsi0\nscsi0: a:b\nscsi1: " +
            "a:c\nnet0: e1000=00:11:22:33:44:55,bridge=x\n", "drive-scsi0", "drive-other");
        VmaResult result = Print(archive);
        string script = result.Output;
        Assert.Contains($"vma serve --socket {_scratch.Path}/vma-boot-", script, StringComparison.Ordinal);
        Assert.Contains("|| qemu-img create -q -u -f qcow2 -F raw -b 'nbd+unix:///drive-scsi0?socket=", script, StringComparison.Ordinal);
        Assert.Contains(" -machine q35 -nodefaults ", script, StringComparison.Ordinal);
        Assert.Contains(" -smp 3,sockets=1,cores=3 -m 768 ", script, StringComparison.Ordinal);
        Assert.Contains("-device scsi-hd,bus=scsihw0.0,channel=0,scsi-id=0,lun=0,drive=drive-scsi0,id=scsi0,bootindex=100", script, StringComparison.Ordinal);
        Assert.Contains("-netdev user,id=net0 -device e1000,id=card-net0,netdev=net0,mac=00:11:22:33:44:55", script, StringComparison.Ordinal);
        Assert.DoesNotContain("drive-other", script, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_scratch.Path));
    }

    [Fact]
    public void Options_and_arguments_behind_the_dashes_go_before_the_config()
    {
        string archive = Archive("cores: 3\nmemory: 768\nserial0: socket\nscsi0: a:b\nnet0: e1000=00:11:22:33:44:55\n", "drive-scsi0");
        string script = Print(archive, "--memory", "2G", "--cpus=5", "--no-network", "--display", "gtk", "--keep", "a b", "--", "-serial", "mon:stdio",
            "-accel", "tcg").Output;
        Assert.Contains(" -smp 5,sockets=1,cores=5 -m 2048 ", script, StringComparison.Ordinal);
        Assert.DoesNotContain("-netdev", script, StringComparison.Ordinal);
        Assert.DoesNotContain("-serial null", script, StringComparison.Ordinal);
        Assert.Contains(" -display gtk ", script, StringComparison.Ordinal);
        Assert.Contains(" -serial mon:stdio -accel tcg\n", script, StringComparison.Ordinal);
        Assert.Single(script.Split(" -accel ")[1..]);
        Assert.Contains($"[ -e '{_scratch.Path}/a b/overlay-drive-scsi0.qcow2' ] || qemu-img", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Disks_without_a_config_are_placed_by_their_names()
    {
        string script = Print(Archive(null, "drive-scsi1", "root", "drive-virtio0")).Output;
        Assert.Contains("lun=1,drive=drive-scsi1,id=scsi1,bootindex=100", script, StringComparison.Ordinal);
        Assert.Contains("\"export\":\"root\"", script, StringComparison.Ordinal);
        Assert.Contains("virtio-blk-pci,drive=drive-virtio1,id=virtio1,bootindex=101", script, StringComparison.Ordinal);
        Assert.Contains("virtio-blk-pci,drive=drive-virtio0,id=virtio0,bootindex=102", script, StringComparison.Ordinal);
    }

    [Fact]
    public void A_uefi_guest_without_variables_gets_a_copy_of_fresh_ones()
    {
        string script = Print(Archive("bios: ovmf\nmachine: q35\nscsi0: a:b\n", "drive-scsi0")).Output;
        Assert.Contains("|| cp /usr/share/OVMF/OVMF_VARS_4M.fd ", script, StringComparison.Ordinal);
        Assert.Contains("-machine q35,pflash0=efi-code,pflash1=drive-efidisk0 ", script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variables_of_the_archive_have_the_size_that_the_firmware_wants()
    {
        string script = Print(Archive("bios: ovmf\nmachine: q35\nefidisk0: a:b,efitype=4m\n", "drive-efidisk0")).Output;
        Assert.Contains("\"node-name\":\"image-efidisk0\"},\"size\":540672,\"node-name\":\"drive-efidisk0\"", script, StringComparison.Ordinal);
        Assert.DoesNotContain("|| cp", script, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_qemu_gets_the_disks_as_nodes_only()
    {
        string script = Print(Archive("bios: ovmf\nscsi0: a:b\n", "drive-scsi0"), "--bare").Output;
        Assert.Contains("\"node-name\":\"drive-scsi0\"}'\n", script, StringComparison.Ordinal);
        Assert.DoesNotContain("-machine", script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_printed_script_is_one_that_a_shell_takes()
    {
        string script = Print(Archive("name: it\nscsi0: a:b\n", "drive-scsi0"), "--keep", "it's", "--", "-append", "a 'b' $c").Output;
        Assert.Empty(VmaCall.Shell("sh -n \"$1\"", _scratch.File("script", System.Text.Encoding.UTF8.GetBytes(script))).Run().Succeeded().Error);
    }

    [Theory]
    [InlineData("\"$VMA\"", 7)]
    [InlineData("/nowhere", 1)]
    public void The_printed_script_ends_as_QEMU_does_or_when_nothing_is_served(string vma, int exitCode)
    {
        string script = _scratch.File("script",
            System.Text.Encoding.UTF8.GetBytes(Print(Archive(null, "drive-scsi0"), "--keep", "kept", "--qemu", "./qemu").Output));
        VmaResult result = VmaCall.Shell($"cd \"$1\"; ln -s {vma} vma; echo 'exit 7' > qemu; chmod +x qemu; PATH=$PWD:$PATH exec sh \"$2\"", _scratch.Path,
            script).Run();
        Assert.Equal(exitCode, result.ExitCode);
    }

    [Theory]
    [InlineData("there is no RAM state in it", "--resume", "--print")]
    [InlineData("--keep and --stream do not go together", "--keep=a", "--stream=b")]
    [InlineData("--print and --stream do not go together", "--print", "--stream=b")]
    [InlineData("--memory '1' is no size", "--memory=1")]
    [InlineData("--cpus is a number", "--cpus=0")]
    [InlineData("'b' is one too many", "b")]
    [InlineData("-daemonize is not possible", "--", "-daemonize")]
    [InlineData("'no-qemu' is missing; install the package qemu-system-x86", "--qemu=no-qemu")]
    [InlineData("unknown option '--what'", "--what")]
    public void A_call_that_cannot_be_done_is_told_in_one_line(string expected, params string[] arguments)
    {
        VmaResult result = VmaCall.Run(["boot", Archive(null, "drive-scsi0"), .. arguments]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_guest_goes_on_and_no_other_archive_takes_its_place()
    {
        Tool.Need("qemu-system-x86_64");
        string archive = Archive(null, "drive-scsi0"), kept = _scratch["kept"];
        for (int run = 0; run < 2; run++)
        {
            using VmaProcess process = Start(archive, "--keep", kept);
            Assert.True(SpinWait.SpinUntil(() => File.Exists(_scratch["serial"]), TimeSpan.FromSeconds(30)), "QEMU did not start");
            File.Delete(_scratch["serial"]);
            process.Signal(Terminate);
            Assert.Equal(0, process.Finish().ExitCode);
            Assert.Equal(["archive.uuid", "overlay-drive-scsi0.qcow2"], Scratch.Names(kept));
        }

        File.Delete(archive);
        VmaResult refused = VmaCall.Run("boot", Archive(null, "drive-scsi0"), "--keep", kept);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("belongs to the archive with the uuid", refused.Error, StringComparison.Ordinal);
        VmaResult foreign = VmaCall.Run("boot", archive, "--keep", _scratch.Path);
        Assert.Contains("is not empty, and not from vma boot", foreign.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exit_code_is_that_of_qemu()
    {
        Tool.Need("qemu-system-x86_64");
        VmaResult result = VmaCall.Run("boot", Archive(null, "drive-scsi0"), "--", "-accel", "tcg", "-device", "no-such-device");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no-such-device", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "vma: the disks in '", "disk-drive-scsi0.qcow2", 0)]
    [InlineData(true, "vma: drive-scsi0 could not be streamed in", "overlay-drive-scsi0.qcow2", 1)]
    public void Only_what_was_streamed_in_whole_gets_a_final_name(bool damaged, string said, string left, int exitCode)
    {
        Tool.Need("qemu-system-x86_64");
        string archive = Archive(null, "drive-scsi0");
        if (damaged)
        {
            using FileStream file = File.OpenWrite(archive);
            file.Position = file.Length - 40_000;
            file.Write(Images.Noise(100));
        }

        string hash = Images.Sha256(archive);
        using VmaProcess process = Start(archive, "--stream", _scratch["out"]);
        process.WaitForError(said);
        process.Signal(Terminate);
        VmaResult result = process.Finish();
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(damaged, result.Error.Contains("is unfinished", StringComparison.Ordinal));
        Assert.Equal(["archive.uuid", left], Scratch.Names(_scratch["out"]));
        Assert.Equal(hash, Images.Sha256(archive));
    }

    private VmaProcess Start(string archive, string option, string directory) =>
        new VmaCall("boot", archive, option, directory, "--display=none", "--", "-S", "-accel", "tcg", "-serial",
            "file:serial")
        { Directory = _scratch.Path }.Start();

    [Theory]
    [InlineData("--no-network")]
    [InlineData("--memory=1G")]
    [InlineData("--cpus=2")]
    [InlineData("--display=none")]
    public void What_would_do_nothing_for_a_bare_guest_is_refused(string option) =>
        Told.Usage(VmaCall.Run("boot", Archive(null, "root"), "--bare", option, "--print"), option.Split('=')[0]);

    [Fact]
    public void A_script_is_not_made_for_an_archive_without_a_name() =>
        Told.Usage(VmaCall.Shell("exec \"$VMA\" boot - --print < \"$1\"", Archive(null, "root")).Run(), "--print");

    [Fact]
    public void An_empty_argument_for_QEMU_stays() =>
        Assert.Contains(" -append ''\n", Print(Archive(null, "root"), "--", "-append", string.Empty).Output, StringComparison.Ordinal);

    private VmaResult Print(string archive, params string[] options) =>
        new VmaCall(["boot", archive, "--print", .. options]) { Directory = _scratch.Path }.Run().Succeeded();

    private string Archive(string? config, params string[] disks)
    {
        string archive = _scratch["x.vma"];
        string[] configs = config is null ? [] : ["-c", _scratch.File("qemu-server.conf", System.Text.Encoding.UTF8.GetBytes(config))];
        string disk = _scratch.File("disk", Images.Noise(70_000));
        VmaCall.Run(["create", archive, .. configs, .. disks.SelectMany(name => (string[])["-d", $"format=raw:{name}={disk}"])]).Succeeded();
        return archive;
    }
}
