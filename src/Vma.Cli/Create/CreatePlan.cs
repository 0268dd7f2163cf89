// SPDX-License-Identifier: MIT

using Vma.Cli.Archives;
using Vma.Cli.Console;
using Vma.Cli.Disks;
using Vma.Posix;

namespace Vma.Cli.Create;

/// <summary>What <c>create</c> will read and write, as far as it is known before.</summary>
internal static class CreatePlan
{
    /// <summary>Prints the plan; nothing was written.</summary>
    public static void Print(Terminal terminal, CreateRequest request, SourceDisks disks)
    {
        FreeSpace free = FreeSpace.At(Path.GetDirectoryName(Path.GetFullPath(request.Archive)) ?? "/");
        long data = disks.All.Sum(disk => DataIn(disk.Source));
        PlannedElement[] planned = [.. disks.All.Select(disk => new PlannedElement(new VmaName(disk.Name).ToString(), disk.Path, disk.Format, disk.Source.Length))];
        if (request.Json)
        {
            JsonOutput.Write(terminal, new PlanDocument(PlanDocument.Version, null, request.Archive, null, data, free.Bytes, planned), PlanContract.Default.PlanDocument);
            return;
        }

        foreach (PlannedElement disk in planned)
        {
            terminal.WriteLine($"{disk.Name}: {disk.Size} bytes from {EscapedText.Of(disk.Path)} as {disk.Format}");
        }

        terminal.WriteLine($"at most {data} bytes will be stored, before compression; {free.Bytes} are free");
        terminal.Flush();
    }

    /// <summary>Warns when a plain archive may not fit: zeros among the data are only found when it is read.</summary>
    public static void WarnIfTooSmall(Terminal terminal, CreateRequest request, SourceDisks disks)
    {
        if (FileStatus.KindOf(request.Archive) != FileKind.None || request.Archive is "-" || request.Options.Compression != VmaCompression.None
            || request.Archive.StartsWith("exec:", StringComparison.Ordinal))
        {
            return;
        }

        FreeSpace free = FreeSpace.At(Path.GetDirectoryName(Path.GetFullPath(request.Archive)) ?? "/");
        if (free.IsWritable && free.Bytes < disks.All.Sum(disk => disk.Source.Length) && disks.All.Sum(disk => DataIn(disk.Source)) is var data && data > free.Bytes)
        {
            terminal.Error($"warning: up to {ProgressDisplay.Size(data)} will be stored, but '{EscapedText.Of(free.Directory)}' has {ProgressDisplay.Size(free.Bytes.Value)} free");
        }
    }

    private static long DataIn(IBlockSource source)
    {
        long data = 0;
        for (long at = 0; at < source.Length;)
        {
            BlockStatus status = source.StatusAt(at);
            data += status.ReadsAsZeroes ? 0 : status.Length;
            at += status.Length;
        }

        return data;
    }
}
