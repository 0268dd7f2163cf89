// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Tests.Support;

namespace Vma.Tests.Hostile;

/// <summary>From the table of docs/format.md: names that are unfit for a file, and names that come twice.</summary>
public sealed class NameTests
{
    private const int FirstDeviceAt = 4096 + 32;
    private static readonly byte[] Content = Pattern.Full(100);

    [Theory]
    [InlineData("../x", "%2E.%2Fx")]
    [InlineData("/etc/passwd", "%2Fetc%2Fpasswd")]
    [InlineData("a\\b", "a%5Cb")]
    [InlineData("..", "%2E.")]
    [InlineData("-rf", "%2Drf")]
    [InlineData("a\0b", "a%00b")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("\u001b[31m", "%1B[31m")]
    [InlineData("100%", "100%25")]
    [InlineData("", "%00")]
    public void A_name_unfit_for_a_file_is_worth_a_warning_and_percent_encoded(string name, string fileName)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        byte[] asDevice = new ArchiveBuilder().WholeDisk(1, name, Content).Build();
        Expect.Warning(asDevice, VmaFaultCode.UnsafeName, FirstDeviceAt, Content);
        byte[] asConfig = new ArchiveBuilder().Config(bytes, [1]).WholeDisk(1, "disk", Content).Build();
        Expect.Warning(asConfig, VmaFaultCode.UnsafeName, 2044, Content);
        VmaName read = Restored.From(asConfig).Manifest.Configs.Single().Name;
        Assert.Equal(bytes, read.Bytes);
        Assert.Equal((fileName, false), (read.FileName, read.IsSafeFileName));
        Assert.DoesNotContain(read.ToString(), char.IsControl);
    }

    [Fact]
    public void Extract_warns_of_an_unfit_name() =>
        AssertExtractWarns(new ArchiveBuilder().WholeDisk(1, "../x", Content).Build(), VmaFaultCode.UnsafeName);

    [Theory]
    [InlineData("qemu-server.conf")]
    [InlineData("with blanks and ümlauts")]
    [InlineData(" ")]
    public void A_harmless_name_is_fine(string name) => Expect.Fine(new ArchiveBuilder().Config(name, 1).WholeDisk(1, name, Content).Build(), Content);

    [Fact]
    public void Two_configs_of_one_name_are_worth_a_warning_at_each_further_one() =>
        Expect.Warning(new ArchiveBuilder().Config("a", 1).Config("a", 2).WholeDisk(1, "disk", Content).Build(), VmaFaultCode.DuplicateName, 2044, Content);

    [Theory]
    [InlineData("disk")]
    [InlineData("vmstate")]
    public void Two_devices_of_one_name_are_worth_a_warning_and_told_apart_by_id(string name)
    {
        byte[] other = Pattern.Full(65536 + 1, seed: 2);
        byte[] archive = new ArchiveBuilder().WholeDisk(1, name, Content).WholeDisk(2, name, other).Build();
        Expect.Warning(archive, VmaFaultCode.DuplicateName, FirstDeviceAt + 32, Content, other);
    }

    [Fact]
    public void A_config_and_a_device_may_share_a_name() => Expect.Fine(new ArchiveBuilder().Config("x", 1).WholeDisk(1, "x", Content).Build(), Content);

    private static void AssertExtractWarns(byte[] archive, VmaFaultCode code) =>
        Assert.Equal([code], Restored.From(archive).Report.Findings.Select(finding => finding.Code));
}
