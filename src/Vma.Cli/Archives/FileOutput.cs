// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>A new file, written beside its name and renamed when whole. Only its owner can read it.</summary>
internal sealed class FileOutput(string target, FileStream file, bool sync, Unfinished unfinished, Action undo) : ArchiveOutput(new GrowingFile(file))
{
    public static FileOutput Create(string target, bool sync, Unfinished unfinished)
    {
        string temporary = $"{target}.partial-{Guid.NewGuid().ToString("N")[..8]}";
        Action undo = unfinished.AddFile(temporary); // before the file is made: a signal may come between the two
        FileStream file = Doing.With(
            "create", target, () => PrivateFile.Create(temporary, FileAccess.Write, FileShare.Read | FileShare.Delete));
        return new FileOutput(target, file, sync, unfinished, undo);
    }

    protected override void Commit()
    {
        if (sync)
        {
            file.Flush(flushToDisk: true);
        }

        file.Dispose();
        unfinished.Complete(() => FinalName.Give(file.Name, target), undo);
    }
}
