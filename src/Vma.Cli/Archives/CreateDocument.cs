// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;

namespace Vma.Cli.Archives;

internal sealed record CreatedElement(int Id, string Name, long Size, long ZeroBytes, IReadOnlyList<string>? OtherFiles);

internal sealed record CreateDocument(
    string Schema, string Archive, string Uuid, bool Sealed, long ArchiveBytes, long WrittenBytes, IReadOnlyList<CreatedElement> Devices)
{
    public const string Version = "vma-create/1";
    public const string RepackVersion = "vma-repack/1";

    /// <param name="schema">The document's name and version.</param>
    /// <param name="archive">The archive, as the user calls it.</param>
    /// <param name="isSealed">Whether it has seals.</param>
    /// <param name="report">What was written.</param>
    /// <param name="otherFiles">For each disk, in the report's order, the files that its image named; null where there are no images.</param>
    public static CreateDocument From(
        string schema, string archive, bool isSealed, VmaWriteReport report, IReadOnlyList<IReadOnlyList<string>>? otherFiles = null) => new(
        schema, archive, report.Uuid.ToString("D"), isSealed, report.ArchiveBytes, report.WrittenBytes,
        [.. report.Devices.Select((one, index) =>
            new CreatedElement(one.Device.Id, one.Device.Name.ToString(), one.Device.Size, one.ZeroBytes, otherFiles?[index]))]);

    public static void Write(Terminal terminal, CreateDocument document) => JsonOutput.Write(terminal, document, CreateContract.Default.CreateDocument);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CreateDocument))]
internal sealed partial class CreateContract : JsonSerializerContext;
