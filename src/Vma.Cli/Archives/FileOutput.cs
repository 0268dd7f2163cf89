// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>A new file, written beside its name and renamed when whole. Only its owner can read it.</summary>
internal sealed class FileOutput : ArchiveOutput
{
    private readonly string _target;
    private readonly FileStream _file;
    private readonly bool _sync;
    private readonly Unfinished _unfinished;
    private readonly Action _undo;

    private FileOutput(string target, FileStream file, bool sync, Unfinished unfinished, Action undo)
        : base(new GrowingFile(file)) => (_target, _file, _sync, _unfinished, _undo) = (target, file, sync, unfinished, undo);

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
        if (_sync)
        {
            _file.Flush(flushToDisk: true);
        }

        _file.Dispose();
        _unfinished.Complete(() => FinalName.Give(_file.Name, _target), _undo);
    }
}
