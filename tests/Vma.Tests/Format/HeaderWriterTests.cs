// SPDX-License-Identifier: MIT

using Vma.Format;
using Vma.Tests.Support;

namespace Vma.Tests.Format;

public sealed class HeaderWriterTests
{
    // The name "a" takes bytes 1 to 4 of the table, its data 2 more and itself.
    [Theory]
    [InlineData(0, 512)]
    [InlineData(505, 512)] // fills the 512 bytes
    [InlineData(506, 1024)] // one byte too many: 508 more are needed, so 512 are added
    [InlineData(510, 1024)] // 512 more
    [InlineData(511, 1536)] // 513 more: 1,024 are added though 512 would do
    public void The_table_grows_only_when_a_blob_does_not_fit_and_then_by_all_that_it_takes(int dataLength, int allocated)
    {
        Assert.Equal(12288 + allocated, HeaderWriter.Write(ManifestOf(dataLength)).Length);
        Assert.Equal(allocated, ByTheRule([2, dataLength]));
    }

    [Fact]
    public void Any_configs_and_devices_are_laid_out_by_the_rule_and_read_back() =>
        Property.ForSeeds(200, random =>
        {
            VmaConfig[] configs = [.. Enumerable.Range(0, random.Next(10)).Select(i => new VmaConfig($"c{i}", Pattern.Patchy(random.Next(2000), random)))];
            VmaDevice[] devices = [.. Enumerable.Range(1, random.Next(1, 10))
                .Select(i => new VmaDevice((byte)i, new string('d', random.Next(700)) + i, (ulong)random.NextInt64(1, 1L << 48)))];
            VmaManifest manifest = Manifest(configs, devices) with { Uuid = Guid.NewGuid(), CreationTime = random.NextInt64() };
            byte[] header = HeaderWriter.Write(manifest);
            IEnumerable<int> blobs = configs.SelectMany(config => (int[])[config.Name.Bytes.Length + 1, config.Data.Length])
                .Concat(devices.Select(device => device.Name.Bytes.Length + 1));
            Assert.Equal(Math.Max(ByTheRule(blobs), (blobs.Sum(length => length + 2) + 512) / 512 * 512), header.Length - 12288);

            Assert.Null(HeaderReader.Measure(header, out int length));
            Assert.Equal(header.Length, length);
            Assert.Null(HeaderReader.Read(header, out VmaManifest? read));
            Assert.Equal((manifest.Uuid, manifest.CreationTime), (read!.Uuid, read.CreationTime));
            Assert.Equal(configs.Select(config =>
                (config.Name, Convert.ToHexString(config.Data.Span))), read.Configs.Select(config => (config.Name, Convert.ToHexString(config.Data.Span))));
            Assert.Equal(devices, read.Devices);
            Assert.Empty(read.Findings);
        });

    [Theory]
    [InlineData(509)] // with NUL and length it takes 512 bytes, which the rule adds, and stands behind the table's unused byte
    [InlineData(1021)]
    public void A_first_blob_that_fills_all_that_the_rule_adds_fits_all_the_same(int nameLength)
    {
        var device = new VmaDevice(1, new string('d', nameLength), 1);
        byte[] header = HeaderWriter.Write(Manifest([], device));
        Assert.Null(HeaderReader.Read(header, out VmaManifest? read));
        Assert.Equal([device], read!.Devices);
    }

    [Fact]
    public void Limits_of_a_header_are_refused_by_name()
    {
        VmaConfig[] configs = [.. Enumerable.Range(0, 257).Select(i => new VmaConfig($"c{i}", default))];
        Assert.Contains("257", Assert.Throws<ArgumentException>(() => HeaderWriter.Write(Manifest(configs))).Message, StringComparison.Ordinal);
        HeaderWriter.Write(Manifest(configs[1..]));
        Assert.Throws<ArgumentException>(() => HeaderWriter.Write(ManifestOf(65536)));
        HeaderWriter.Write(ManifestOf(65535));
        VmaConfig[] large = [.. Enumerable.Range(0, 8).Select(i => new VmaConfig($"c{i}", new byte[65535]))];
        Assert.Contains("524288", Assert.Throws<ArgumentException>(() => HeaderWriter.Write(Manifest(large))).Message, StringComparison.Ordinal);
        HeaderWriter.Write(Manifest(large[1..]));
    }

    private static VmaManifest ManifestOf(int dataLength) => Manifest([new VmaConfig("a", new byte[dataLength])]);

    private static VmaManifest Manifest(VmaConfig[] configs, params VmaDevice[] devices) =>
        new() { Uuid = default, CreationTime = 0, Configs = configs, Devices = devices };

    /// <summary>The rule of docs/format.md, "How we lay it out".</summary>
    private static int ByTheRule(IEnumerable<int> blobs)
    {
        int allocated = 0, position = 1;
        foreach (int length in blobs)
        {
            if (allocated < position + length + 2)
            {
                allocated += (length + 2 + 511) / 512 * 512;
            }

            position += length + 2;
        }

        return allocated;
    }
}
