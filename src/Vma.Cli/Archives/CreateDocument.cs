// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;

namespace Vma.Cli.Archives;

internal sealed record CreatedElement(int Id, string Name, long Size, long ZeroBytes);

internal sealed record CreateDocument(
    string Schema, string Archive, string Uuid, bool Sealed, long ArchiveBytes, long WrittenBytes, IReadOnlyList<CreatedElement> Devices)
{
    public const string Version = "vma-create/1";
    public const string RepackVersion = "vma-repack/1";

    public static CreateDocument From(string schema, string archive, bool isSealed, VmaWriteReport report) => new(
        schema, archive, report.Uuid.ToString("D"), isSealed, report.ArchiveBytes, report.WrittenBytes,
        [.. report.Devices.Select(one => new CreatedElement(one.Device.Id, one.Device.Name.ToString(), one.Device.Size, one.ZeroBytes))]);

    public static void Write(Terminal terminal, string schema, string archive, bool isSealed, VmaWriteReport report) =>
        JsonOutput.Write(terminal, From(schema, archive, isSealed, report), CreateContract.Default.CreateDocument);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CreateDocument))]
internal sealed partial class CreateContract : JsonSerializerContext;
