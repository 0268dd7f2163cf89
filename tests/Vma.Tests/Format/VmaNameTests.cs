// SPDX-License-Identifier: MIT

using System.Text;
using Vma.Tests.Support;

namespace Vma.Tests.Format;

public sealed class VmaNameTests
{
    [Theory]
    [InlineData("drive-scsi0", "drive-scsi0")]
    [InlineData("a b", "a b")]
    [InlineData("größe", "größe")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("a.b-c", "a.b-c")]
    [InlineData("-x", "%2Dx")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a\\b", "a%5Cb")]
    [InlineData("%00", "%2500")]
    [InlineData("\u007f", "%7F")]
    [InlineData("\u0085", "%C2%85")]
    [InlineData("", "%00")]
    [InlineData("\0", "%00%")]
    [InlineData("\0\0", "%00%00")]
    public void A_file_name_has_the_bytes_of_the_rule_percent_encoded(string name, string fileName) => Assert.Equal(fileName, new VmaName(name).FileName);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_percent_encoded()
    {
        Assert.Equal("a%FFb%C3", new VmaName([(byte)'a', 0xff, (byte)'b', 0xc3]).FileName);
        Assert.Equal(@"a\xffb\xc3", new VmaName([(byte)'a', 0xff, (byte)'b', 0xc3]).ToString());
    }

    [Theory]
    [InlineData("\u001b[2J", @"\x1b[2J")]
    [InlineData("a\r\nb", @"a\x0d\x0ab")]
    [InlineData("\u202e", @"\xe2\x80\xae")]
    [InlineData("\u2028", @"\xe2\x80\xa8")]
    [InlineData("a\u3164", @"a\xe3\x85\xa4")] // Hangul filler: a letter without a shape
    [InlineData("a\u115f\u1160\uffa0", @"a\xe1\x85\x9f\xe1\x85\xa0\xef\xbe\xa0")]
    [InlineData("a\u034f\u17b4\u17b5", @"a\xcd\x8f\xe1\x9e\xb4\xe1\x9e\xb5")]
    [InlineData("a\u180b\ufe0f\U000e0100", @"a\xe1\xa0\x8b\xef\xb8\x8f\xf3\xa0\x84\x80")] // they choose between shapes of a letter
    [InlineData("a\u2065\ufff0\U000e0fff", @"a\xe2\x81\xa5\xef\xbf\xb0\xf3\xa0\xbf\xbf")] // kept for more of the kind
    [InlineData("e\u0301\u3000\u2800", "e\u0301\u3000\u2800")]
    [InlineData("..", "..")]
    public void Text_for_a_terminal_shows_what_could_move_the_cursor(string name, string shown) => Assert.Equal(shown, new VmaName(name).ToString());

    [Fact]
    public void Percent_decoding_gives_the_name_back_and_the_file_stays_in_its_directory() =>
        Property.ForSeeds(3000, random =>
        {
            byte[] bytes = RandomName(random);
            string file = new VmaName(bytes).FileName;
            Assert.Equal(bytes.Length == 0 ? [0] : bytes, PercentDecode(file == "%00%" ? "%00" : file));
            Assert.DoesNotContain(file, value => char.IsControl(value) || value is '/' or '\\');
            Assert.False(file.StartsWith('.') || file.StartsWith('-') || file.Length == 0);
        });

    [Fact]
    public void Two_names_never_share_a_file()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Property.ForSeeds(20000, random =>
        {
            byte[] name = RandomName(random);
            string file = new VmaName(name).FileName;
            Assert.True(!files.TryGetValue(file, out byte[]? other)
                || other.AsSpan().SequenceEqual(name), $"'{file}' stands for {Convert.ToHexString(name)} and {Convert.ToHexString(other ?? [])}");
            files[file] = name;
        });
    }

    [Fact]
    public void Names_are_equal_when_their_bytes_are()
    {
        Assert.Equal<VmaName>("a", new VmaName("a"u8));
        Assert.True(new VmaName("a") == VmaName.FromString("a") && new VmaName("a") != "b");
        Assert.Equal(new VmaName("a").GetHashCode(), new VmaName("a"u8).GetHashCode());
        Assert.Equal(default, new VmaName(""));
    }

    private static byte[] RandomName(Random random)
    {
        byte[] alphabet = [0, (byte)'%', (byte)'2', (byte)'5', (byte)'0', (byte)'.', (byte)'/', (byte)'-', 0xc3, 0xa4, 0xff, (byte)'F', 0x7f];
        var name = new byte[random.Next(5)];
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = random.Next(4) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
        }

        return name;
    }

    private static byte[] PercentDecode(string file)
    {
        byte[] text = Encoding.UTF8.GetBytes(file);
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            bytes.Add(text[i] == '%' ? Convert.ToByte(Encoding.ASCII.GetString(text, i + 1, 2), 16) : text[i]);
            i += text[i] == '%' ? 2 : 0;
        }

        return [.. bytes];
    }
}
