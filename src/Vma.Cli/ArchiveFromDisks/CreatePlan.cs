// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Disks;

namespace Vma.Cli.ArchiveFromDisks;

/// <summary>What <c>create</c> will read and write, as far as it is known before.</summary>
/// <param name="Disks">The disks.</param>
/// <param name="MostStored">How many bytes an archive without compression stores at most.</param>
/// <param name="Free">The room where the archive goes.</param>
internal sealed record CreatePlan(IReadOnlyList<PlannedElement> Disks, long MostStored, FreeSpace Free)
{
    public static CreatePlan Of(CreateRequest request, SourceDisks disks) => new(
        [.. disks.All.Select(disk => new PlannedElement(
            new VmaName(disk.Name).ToString(), disk.Path, disk.Format, disk.Source.Length, disk.OtherFiles))],
        DataIn(disks),
        FreeSpace.Beside(request.Archive));

    /// <summary>A warning when a plain archive may not fit, or null: zeros among the data are only found when it is read.</summary>
    public static string? LackOfSpace(CreateRequest request, SourceDisks disks)
    {
        if (!ArchiveOutput.IsNewFile(request.Archive) || request.Options.Compression != VmaCompression.None)
        {
            return null;
        }

        FreeSpace free = FreeSpace.Beside(request.Archive);
        return free.IsWritable && free.Bytes < disks.All.Sum(disk => disk.Source.Length) && DataIn(disks) is var data && data > free.Bytes
            ? $"warning: up to {SizeText.Of(data)} will be stored, but '{EscapedText.Of(free.Directory)}' has {SizeText.Of(free.Bytes.Value)} free"
            : null;
    }

    private static long DataIn(SourceDisks disks) => disks.All.Sum(disk =>
    {
        long data = 0;
        for (long at = 0; at < disk.Source.Length;)
        {
            BlockStatus status = disk.Source.StatusAt(at);
            data += status.ReadsAsZeroes ? 0 : status.Length;
            at += status.Length;
        }

        return data;
    });
}
