// SPDX-License-Identifier: MIT

using System.Text.Json;
using Vma.Cli.Tests.Support;

namespace Vma.Cli.Tests.Calls;

/// <summary>The documents of <c>--json</c> and their fields are a promise to scripts.</summary>
public sealed class JsonTests
{
    private const string Device = "clusters,damagedClusters,id,memoryState,missingClusters,name,size,storedBytes,zeroBytes";
    private const string Finding = "cluster,clusters,code,compressedOffset,count,device,deviceId,diskLength,diskOffset,message,offset,severity";

    [Fact]
    public void List_tells_what_the_header_says()
    {
        GoldenArchive golden = GoldenSet.Find("vmstate.vma");
        JsonElement list = VmaCall.Run("list", golden.Path, "--json").Succeeded().Json;
        Assert.Equal("archive,configs,creationTime,devices,findings,headerBytes,schema,uuid", Fields(list));
        Assert.Equal("vma-list/1", list.GetProperty("schema").GetString());
        Assert.Equal(golden.Path, list.GetProperty("archive").GetString());
        Assert.Equal(golden.Uuid, list.GetProperty("uuid").GetGuid().ToString("N"));
        Assert.Equal(golden.Ctime, list.GetProperty("creationTime").GetInt64());
        Assert.Equal(golden.HeaderSize, list.GetProperty("headerBytes").GetInt32());
        Assert.Equal("fileName,name,size", Fields(list.GetProperty("configs")[0]));
        Assert.Equal("fileName,id,memoryState,name,size", Fields(list.GetProperty("devices")[0]));
        Assert.Equal([true, false], list.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("memoryState").GetBoolean()));
        Assert.Equal(golden.Devices.Select(device => device.Size), list.GetProperty("devices").EnumerateArray()
            .Select(device => device.GetProperty("size").GetInt64()));
        Assert.Empty(list.GetProperty("findings").EnumerateArray());
    }

    [Fact]
    public void Verify_tells_of_each_archive_what_is_wrong()
    {
        using var scratch = new Scratch();
        byte[] lacking = new ArchiveBuilder().Device(1, "a", 3 * 65536).Extent(extent => extent.Slot(1, 1, 0x0003)).Build();
        string damaged = scratch.File("damaged.vma", lacking);
        VmaResult result = VmaCall.Run("verify", "--json", Places.Golden("size-5k.vma"), damaged);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("vma-verify/1", result.Json.GetProperty("schema").GetString());
        JsonElement[] archives = [.. result.Json.GetProperty("archives").EnumerateArray()];
        Assert.All(archives, archive => Assert.Equal("archive,archiveBytes,dataChecked,devices,error,errors,findings,ok,sealed,warnings", Fields(archive)));
        Assert.Equal([true, false], archives.Select(archive => archive.GetProperty("ok").GetBoolean()));
        Assert.Equal(damaged, archives[1].GetProperty("archive").GetString());
        Assert.Equal(lacking.Length, archives[1].GetProperty("archiveBytes").GetInt64());

        JsonElement device = archives[1].GetProperty("devices")[0];
        Assert.Equal(Device, Fields(device));
        Assert.Equal(2, device.GetProperty("missingClusters").GetInt64());
        Assert.Equal(8192, device.GetProperty("storedBytes").GetInt64());

        JsonElement finding = archives[1].GetProperty("findings")[1];
        Assert.Equal(Finding, Fields(finding));
        Assert.Equal("missing-clusters", finding.GetProperty("code").GetString());
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.Equal(2, finding.GetProperty("cluster").GetInt64());
        Assert.Equal(2 * 65536, finding.GetProperty("diskOffset").GetInt64());
    }

    [Fact]
    public void Extract_tells_where_each_device_went()
    {
        using var scratch = new Scratch();
        GoldenArchive golden = GoldenSet.Find("three-disks.vma");
        JsonElement report = VmaCall.Run("extract", "--json", "-v", golden.Path, scratch["out"]).Succeeded().Json;
        Assert.Equal("archive,configs,dataChecked,devices,directory,findings,schema,sealed,uuid", Fields(report));
        Assert.Equal("vma-extract/1", report.GetProperty("schema").GetString());
        Assert.Equal("bytes,clusters,format,id,name,otherFiles,path,storedBytes,zeroBytes", Fields(report.GetProperty("devices")[0]));
        Assert.Equal(golden.Devices.Select(device => Path.Combine(scratch["out"], device.FileName)), report.GetProperty("devices").EnumerateArray()
            .Select(device => device.GetProperty("path").GetString()));
        Assert.Equal(golden.Devices.Select(device => device.Size), report.GetProperty("devices").EnumerateArray()
            .Select(device => device.GetProperty("bytes").GetInt64()));
    }

    [Fact]
    public void Create_tells_what_it_stored()
    {
        using var scratch = new Scratch();
        string disk = scratch.File("a.raw", Images.Striped(65536));
        JsonElement report = VmaCall.Run("create", scratch["a.vma"], "-d", $"format=raw:one={disk}", "--json").Succeeded().Json;
        Assert.Equal("archive,archiveBytes,devices,schema,sealed,uuid,writtenBytes", Fields(report));
        Assert.Equal("vma-create/1", report.GetProperty("schema").GetString());
        Assert.Equal(scratch["a.vma"], report.GetProperty("archive").GetString());
        Assert.True(report.GetProperty("sealed").GetBoolean());
        Assert.Equal(new FileInfo(scratch["a.vma"]).Length, report.GetProperty("archiveBytes").GetInt64());
        JsonElement device = Assert.Single(report.GetProperty("devices").EnumerateArray());
        Assert.Equal("id,name,otherFiles,size,zeroBytes", Fields(device));
        Assert.Equal(32768, device.GetProperty("zeroBytes").GetInt64());
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public void A_report_and_an_archive_cannot_share_standard_output(string archive) =>
        Told.Usage(VmaCall.Run("create", archive, "-c", Places.Golden("manifest.json"), "--json"), "standard output");

    private static string Fields(JsonElement element) => string.Join(',', element.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
}
