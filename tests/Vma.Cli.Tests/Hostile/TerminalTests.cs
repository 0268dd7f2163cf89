// SPDX-License-Identifier: MIT

using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Hostile;

/// <summary>Text from outside reaches a terminal only as what can be seen, whoever wrote it and whatever prints it.</summary>
public sealed class TerminalTests : IDisposable
{
    /// <summary>Escape sequences, what turns text around, what ends a line, and what is not seen.</summary>
    private const string Evil = "\e]0;owned\a\e[2J\u202e\u202a\u2066\u2069\u200e\u200f\u061c\u2028\u2029\u200b\ufeff\u007f\u0085\u009b31m\r\nCTIME: \tx";

    private static readonly string[] All =
        ["create", "list", "config", "extract", "verify", "salvage", "repack", "backup", "restore", "serve", "boot", "cat", "diff", "convert"];

    private readonly Scratch _scratch = new();

    public static TheoryData<string> Verbs => [.. All];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void No_verb_is_forgotten_here()
    {
        string help = VmaCall.Run("--help").Succeeded().Output;
        string[] commands = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n')[1..];
        IEnumerable<string> verbs = commands.Select(line => line.Trim().Split(' ')[0]).Where(verb => verb.Length > 0);
        Assert.Equal(All.Order(), verbs.Order());
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void An_operand_is_told_safely(string verb)
    {
        string path = _scratch[Evil];
        AssertRefusedSafely(verb, path);
        AssertRefusedSafely(verb, path, _scratch["out"]);
        AssertRefusedSafely(verb, path, "-d", path);
        AssertRefusedSafely(verb, path, "--json");
        AssertRefusedSafely(verb, "-" + Evil);
        AssertRefusedSafely(verb, $"--memory={Evil}", $"--length={Evil}", $"--drive={Evil}", path, path);
    }

    [Fact]
    public void A_verb_that_there_is_not_is_told_safely() => AssertRefusedSafely(Evil);

    [Theory]
    [InlineData("list", "a")]
    [InlineData("list", "a", "--json")]
    [InlineData("extract", "a", "out", "-v")]
    [InlineData("extract", "a", "out", "--json")]
    [InlineData("extract", "a", "out", "--dry-run")]
    [InlineData("extract", "a", "out", "-d", "nothing")]
    [InlineData("verify", "a", "-v")]
    [InlineData("verify", "a", "--json")]
    [InlineData("salvage", "a", "out", "-v")]
    [InlineData("salvage", "a", "out", "--json")]
    [InlineData("repack", "a", "b.vma", "--json")]
    [InlineData("config", "a", "-c", "nothing")]
    [InlineData("cat", "a", "nothing")]
    [InlineData("diff", "a", "other.vma")]
    [InlineData("diff", "a", "other.vma", "--json")]
    [InlineData("convert", "a", "x.ova", "--dry-run")]
    [InlineData("restore", "a", "--qemu", "out")]
    [InlineData("restore", "a", "--libvirt", "out")]
    [InlineData("boot", "a", "--print")]
    [InlineData("boot", "a", "--print", "--bare")]
    [InlineData("serve", "a", "--socket=s", "--run=exit 0")]
    [InlineData("serve", "a", "--socket=s", "--run=exit 0", "--json")]
    public void Names_and_lines_of_an_archive_are_told_safely(params string[] call)
    {
        _scratch.File("other.vma", ArchiveBuilder.Sound().Build());
        string config = $"cores: 1\nscsi0: a:b\nargs: {Evil.Replace("\n", "", StringComparison.Ordinal)}\nscsi1: {Evil}\n";
        string archive = _scratch.File($"{Evil}.vma", new ArchiveBuilder().Config(Evil, "1").Config("qemu-server.conf", config)
            .Device(1, Evil, 4096).Device(2, "drive-scsi0", 4096).Extent(extent => extent.Slot(1, 0, 1).Slot(2, 0, 1)).Build());
        VmaResult result = new VmaCall([.. call.Select(word => word == "a" ? archive : word)]) { Directory = _scratch.Path }.Run();
        Told.Safely(result);
        Told.NoExceptionText(result);
        Assert.NotEmpty(result.Output + result.Error + string.Join(' ', _scratch.Entries));
        if (call[^1] == "--json" && call[0] is ("list" or "extract" or "verify" or "salvage"))
        {
            Assert.Contains(Evil, JsonStrings(result.Json), StringComparison.Ordinal);
        }

        if (File.Exists(_scratch["out/salvage.json"]))
        {
            Told.Safely(new VmaResult(0, File.ReadAllBytes(_scratch["out/salvage.json"]), []));
        }
    }

    [Fact]
    public void A_config_is_escaped_for_a_terminal_and_raw_for_a_file()
    {
        Tool.Need("script");
        byte[] config = Encoding.UTF8.GetBytes($"cores: 1\n#{Evil}\n");
        string archive = _scratch.File("a.vma", new ArchiveBuilder().Config("a.conf", config).Extent(_ => { }).Build());
        Assert.Equal(config, VmaCall.Run("config", archive, "-c", "a.conf").Succeeded().OutputBytes);
        VmaResult shown = VmaCall.Shell("exec script -qec \"'$VMA' config '$1' -c a.conf\" /dev/null", archive).Run();
        Told.Safely(shown with { OutputBytes = Encoding.UTF8.GetBytes(shown.Output.Replace("\r\n", "\n", StringComparison.Ordinal)) });
        Assert.StartsWith("cores: 1\r\n#\\x1b]0;owned", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_printed_script_names_every_path_as_it_is()
    {
        string archive = _scratch.File(
            $"{Evil} 'q' 50% \\0.vma", new ArchiveBuilder().Device(1, "drive-scsi0", 4096).Extent(extent => extent.Slot(1, 0, 1)).Build());
        VmaResult printed = new VmaCall("boot", archive, "--print", "--keep", _scratch["kept"]) { Directory = _scratch.Path }.Run().Succeeded();
        Told.Safely(printed);
        string line = printed.OutputLines.Single(one => one.StartsWith("vma serve ", StringComparison.Ordinal)).Replace(" >/dev/null &", "");
        string told = VmaCall.Shell($"vma() {{ printf '%s' \"$4\"; }}; {line}").Run().Succeeded().Output;
        Assert.Equal(archive, told);
    }

    [Theory]
    [InlineData("twice")]
    [InlineData("cut")]
    [InlineData("missing")]
    [InlineData("checksum")]
    [InlineData("unit")]
    [InlineData("foreign")]
    public void Names_in_an_OVA_are_told_safely(string fault)
    {
        Tool.Need("qemu-img");
        const string Shown = "\e]0;owned\a\u202ex.vmdk";
        string href = fault == "missing" ? "&#x202e;&#x85;gone.vmdk" : "a.vmdk", units = fault == "unit" ? "&#x202e;&#x9b;b" : "byte";
        string ovf = $"<Envelope><References><File id='f' href='{href}'/></References>"
            + $"<DiskSection><Disk diskId='d' fileRef='f' capacity='4096' capacityAllocationUnits='{units}'/></DiskSection>"
            + "<VirtualSystem><Item><ResourceType>17</ResourceType><HostResource>/disk/d</HostResource></Item></VirtualSystem></Envelope>";
        using (var tar = new TarWriter(File.Create(_scratch["m.ova"])))
        {
            Add(tar, "m.ovf", ovf);
            Add(tar, "a.vmdk", fault == "foreign" ? $"# Disk DescriptorFile\nRW 8 FLAT \"{Shown}\" 0\n" : new string('x', 4096));
            if (fault is "twice" or "checksum")
            {
                Add(tar, Shown, "a");
                Add(tar, fault == "twice" ? Shown : "m.mf", $"SHA256({Shown})= 00\n");
            }
        }

        if (fault == "cut")
        {
            using var tar = new TarWriter(File.Create(_scratch["m.ova"]));
            Add(tar, Shown, new string('x', 9000));
            tar.Dispose();
            using FileStream file = File.OpenWrite(_scratch["m.ova"]);
            file.SetLength(2000);
        }

        AssertRefusedSafely("create", _scratch["a.vma"], "-d", _scratch["m.ova"]);
    }

    [Fact]
    public void The_name_of_a_backing_file_is_told_safely()
    {
        Tool.Need("qemu-img");
        VmaCall.Shell("cd \"$1\" && qemu-img create -q -u -f qcow2 -F raw -b \"$2\" a.qcow2 1M", _scratch.Path, "gone\e[2J\u202e\u0085.raw").Run().Succeeded();
        AssertRefusedSafely("create", _scratch["a.vma"], "-d", _scratch["a.qcow2"]);
        AssertRefusedSafely("create", _scratch["a.vma"], "--json", "--dry-run", "-d", _scratch["a.qcow2"]);
    }

    [Fact]
    public async Task What_an_NBD_server_says_is_told_safely()
    {
        Task server = RawPeer.Serve(_scratch["s"], peer => peer.Refuse(Evil));
        AssertRefusedSafely("create", _scratch["a.vma"], "-d", $"a=nbd+unix:///x%1b%0a?socket={_scratch["s"]}");
        await server;
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--json")]
    [InlineData("--cleanup")]
    public void What_QEMU_says_is_told_safely(string option)
    {
        string evil = JsonSerializer.Serialize(Evil);
        using LineServer qemu = LineServer.Qmp((command, _, _) => command switch
        {
            "query-version" => """ "return": {"qemu": {"major": 7, "minor": 2, "micro": 22}} """,
            "query-status" => $$""" "return": {"status": {{evil}}} """,
            "query-name" => $$""" "return": {"name": {{evil}}} """,
            "query-block" => $$""" "return": [{"device": {{evil}}, "inserted": {"image": {"virtual-size": 4096}, "ro": true, "node-name": {{evil}} } } ] """,
            _ => $$""" "error": {"class": "GenericError", "desc": {{evil}}} """,
        });
        VmaResult result = VmaCall.Run(option == "--cleanup"
            ? ["backup", "--cleanup", qemu.Path] : ["backup", qemu.Path, _scratch["a.vma"], option]);
        Told.Safely(result);
        Told.NoExceptionText(result);
        Assert.NotEmpty(result.Output + result.Error);
    }

    private static string JsonStrings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => string.Join('|', element.EnumerateObject().Select(one => JsonStrings(one.Value))),
        JsonValueKind.Array => string.Join('|', element.EnumerateArray().Select(JsonStrings)),
        JsonValueKind.String => element.GetString()!,
        _ => string.Empty,
    };

    private static void Add(TarWriter tar, string name, string content) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });

    private static void AssertRefusedSafely(params string[] call)
    {
        VmaResult result = VmaCall.Run(call);
        Assert.NotEqual(0, result.ExitCode);
        Assert.NotEmpty(result.Error);
        Told.Safely(result);
        Told.NoExceptionText(result);
    }
}
