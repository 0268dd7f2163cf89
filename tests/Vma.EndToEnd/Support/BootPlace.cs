// SPDX-License-Identifier: MIT

using System.Security.Cryptography;

namespace Vma.EndToEnd.Support;

/// <summary>
/// A directory for archives and what boots from them, which is also where the command puts temporary files. The archive's two disks are empty where the
/// guest writes; behind that is noise.
/// </summary>
internal sealed class BootPlace : Scratch
{
    private const int TailLength = 16 << 20;

    private const string Config = """
        boot: order=virtio0
        cores: 1
        cpu: qemu64
        machine: q35
        memory: 128
        name: lab
        net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
        virtio0: local:vm-1-disk-0,size=80M
        virtio1: local:vm-1-disk-1,serial=second,size=80M

        """;

    private readonly byte[] _tail = new byte[TailLength];

    public BootPlace()
    {
        new Random(1).NextBytes(_tail);
        TailHash = Convert.ToHexStringLower(MD5.HashData(_tail));
    }

    /// <summary>The MD5 of what is behind the guest's part, as md5sum prints it.</summary>
    public string TailHash { get; }

    public string MakeArchive()
    {
        string disk = this["disk.raw"], config = this["qemu-server.conf"], archive = this["x.vma.zst"];
        using (FileStream file = System.IO.File.Create(disk))
        {
            file.SetLength(Guest.DiskSize + TailLength);
            file.Position = Guest.DiskSize;
            file.Write(_tail);
        }

        System.IO.File.WriteAllText(config, Config);
        (int code, _, string errors) = Command.Run("create", archive, "-c", config, "-d", $"format=raw:drive-virtio0={disk}", "-d",
            $"format=raw:drive-virtio1={disk}");
        Assert.True(code == 0, errors);
        return archive;
    }

    /// <summary>Boots the guest that the archive's config describes.</summary>
    public BootedGuest Boot(string archive, params string[] options) => Start(archive, options, ["-no-reboot"]);

    public BootedGuest Start(string archive, string[] options, string[] extra) => new(this, ["boot", archive, .. options, "--", "-accel", "tcg", .. extra]);

    /// <summary>A disk that was streamed in, as a raw file. It must have nothing behind it.</summary>
    public string ToRaw(string name)
    {
        string image = System.IO.Path.Combine(Directory.Exists(this["out"]) ? this["out"] : this["kept"], $"disk-{name}.qcow2"), raw = this[name + ".raw"];
        Assert.DoesNotContain("backing", Tool.Call("qemu-img", "info", "--output=json", image), StringComparison.Ordinal);
        Tool.Call("qemu-img", "convert", "-O", "raw", image, raw);
        return raw;
    }

    /// <summary>Cuts what is behind the guest's part off, and gives its MD5.</summary>
    public static string CutTail(string disk)
    {
        using FileStream file = System.IO.File.Open(disk, FileMode.Open);
        file.Position = Guest.DiskSize;
        string hash = Convert.ToHexStringLower(MD5.HashData(file));
        file.SetLength(Guest.DiskSize);
        return hash;
    }
}
