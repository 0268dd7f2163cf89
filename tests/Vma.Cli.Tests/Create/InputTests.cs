// SPDX-License-Identifier: MIT

using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Create;

/// <summary>What <c>create</c> takes: disks in two forms, and configs.</summary>
public sealed class InputTests
{
    [Theory]
    [InlineData("-d|format=raw:one.raw|-d|format=raw:b=two.raw|-d|format=raw:one.raw", "disk0 b disk2")]
    [InlineData("-d|one.raw|-d|x=two.raw", "disk0 x")]
    [InlineData("-dformat=raw:a=one.raw|-dformat=raw:b=two.raw", "a b")]
    [InlineData("--drive|a=one.raw|--drive=b=two.raw", "a b")]
    [InlineData("-d|a=x=y.raw", "a")]
    [InlineData("format=raw:one.raw|format=raw:second=two.raw", "disk0 second")]
    public void Disks_get_their_names_and_ids_in_order(string arguments, string names)
    {
        using Scratch scratch = TwoDisks();
        scratch.File("x=y.raw", 1);
        VmaResult result = Run(scratch, ["create", "a.vma", .. arguments.Split('|')]).Succeeded();
        Assert.Empty(result.Output + result.Error);
        Assert.Equal(names.Split(' ').Select((name, index) => $"dev_id={index + 1} {name}"), DevicesOf(scratch));
    }

    [Theory]
    [InlineData("one.raw")]
    [InlineData("a=one.raw|format=raw:b=two.raw")]
    public void The_old_form_without_a_format_is_deprecated_but_works(string arguments)
    {
        using Scratch scratch = TwoDisks();
        VmaResult result = Run(scratch, ["create", "a.vma", .. arguments.Split('|')]);
        Assert.Contains("deprecated", Told.OneLine(0, result), StringComparison.Ordinal);
        Assert.Equal(arguments.Split('|').Length, DevicesOf(scratch).Count());
    }

    [Theory]
    [InlineData("one.raw|-d|two.raw", "not both")]
    [InlineData("-d|format=raw:b=two.raw|format=raw:one.raw", "not both")]
    [InlineData("-d|format=raw", "colon")]
    [InlineData("-d|format=raw:", "PATH")]
    [InlineData("-d|=one.raw", "PATH")]
    [InlineData("-d|a=", "PATH")]
    [InlineData("-d|a=one.raw|-d|a=two.raw", "'a'")]
    [InlineData("-d|disk1=one.raw|-d|two.raw", "'disk1'")]
    [InlineData("-c|one.raw|-c|./one.raw", "'one.raw'")]
    [InlineData("-v", "at least one disk or config")]
    [InlineData("-d|format=nonsense:one.raw", "there is no disk format 'nonsense'")]
    [InlineData("-d|format=qcow2:nbd://localhost/x", "an NBD export is read as it is")]
    [InlineData("-d|format=qcow2:snapshot=x", "colon")]
    [InlineData("-d|format=raw:snapshot=x:one.raw", "'one.raw': a raw image has no snapshots")]
    public void A_wrong_call_makes_nothing(string arguments, string about)
    {
        using Scratch scratch = TwoDisks();
        Told.Usage(Run(scratch, ["create", "a.vma", .. arguments.Split('|')]), about);
        Assert.Equal(["one.raw", "two.raw"], scratch.Entries);
    }

    [Theory]
    [InlineData("-d|format=qcow2:one.raw", "'one.raw': Image is not in qcow2 format")]
    [InlineData("-d|missing.raw", "'missing.raw': no such file")]
    [InlineData("-d|empty.raw", "'empty.raw' is empty")]
    [InlineData("-d|.", "'.'")]
    [InlineData("-d|/dev/null", "'/dev/null'")]
    [InlineData("-d|/dev/zero", "'/dev/zero'")]
    [InlineData("-d|fifo", "'fifo'")]
    [InlineData("-d|image.qcow2", "'image.qcow2'")]
    [InlineData("-d|image.raw", "'image.raw' looks like vmdk, though its name says raw; say format=vmdk: ")]
    [InlineData("-d|image.img", "'image.img' looks like vmdk; say format=vmdk: ")]
    [InlineData("-d|noise.vdi", "'noise.vdi' does not look like vdi, as its name says; say format=raw: ")]
    [InlineData("-d|one.raw|-c|missing.conf", "'missing.conf': no such file")]
    [InlineData("-c|.", "'.'")]
    [InlineData("-c|toolarge.conf", "65535")]
    [InlineData("-c|/dev/zero", "65535")]
    public void An_input_that_cannot_be_used_is_named_and_nothing_is_made(string arguments, string about)
    {
        using Scratch scratch = TwoDisks();
        scratch.File("empty.raw");
        scratch.File("toolarge.conf", new byte[65536]);
        scratch.File("image.qcow2", [.. "QFI"u8, 0xfb, 0, 0, 0, 3, .. new byte[1016]]);
        scratch.File("noise.vdi", Images.Noise(5000));
        VmaCall.Shell("cd \"$1\"; qemu-img create -q -f vmdk image.raw 1M; cp image.raw image.img", scratch.Path).Run().Succeeded();
        scratch.Fifo("fifo");
        string[] before = scratch.Entries;
        Told.Failure(Run(scratch, ["create", "a.vma", .. arguments.Split('|')]), about);
        Assert.Equal(before, scratch.Entries);
    }

    [Fact]
    public void With_format_raw_an_image_of_another_format_is_stored_as_it_is()
    {
        using var scratch = new Scratch();
        scratch.File("image.qcow2", [.. "QFI"u8, 0xfb, 0, 0, 0, 3, .. new byte[1016]]);
        Run(scratch, "create", "a.vma", "-d", "format=raw:image.qcow2").Succeeded();
        Assert.Equal(["dev_id=1 disk0"], DevicesOf(scratch));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    public void A_config_comes_back_to_the_byte(int length)
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["sub"]);
        byte[] config = Images.Noise(length);
        scratch.File("sub/c.conf", config);
        Run(scratch, "create", "-c", "sub/c.conf", "a.vma").Succeeded();
        Assert.Equal(config, Run(scratch, "config", "a.vma", "-c", "c.conf").Succeeded().OutputBytes);
    }

    private static Scratch TwoDisks()
    {
        var scratch = new Scratch();
        scratch.File("one.raw", Images.Noise(5000));
        scratch.File("two.raw", Images.Noise(70000));
        return scratch;
    }

    private static VmaResult Run(Scratch scratch, params string[] arguments) => new VmaCall(arguments) { Directory = scratch.Path }.Run();

    private static IEnumerable<string> DevicesOf(Scratch scratch) => Run(scratch, "list", "a.vma").Succeeded().OutputLines
        .Where(line => line.StartsWith("DEV: ", StringComparison.Ordinal)).Select(line => line.Split(' ')).Select(word => $"{word[1]} {word[^1]}");
}
