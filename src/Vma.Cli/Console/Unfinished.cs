// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>
/// What has to be taken back when a command does not get to its end, whether it fails or is interrupted. Once taking back has begun
/// nothing can be finished any more.
/// </summary>
internal sealed class Unfinished
{
    private readonly Lock _gate = new();
    private readonly List<Action> _undo = [];
    private readonly List<string> _left = [];
    private bool _isComplete;

    /// <summary>Notes how to take something back; the last noted is taken back first. Gives a key for <see cref="Finish"/>.</summary>
    public Action Add(Action undo)
    {
        lock (_gate)
        {
            _undo.Add(undo);
            return undo;
        }
    }

    /// <summary>Deletes a file if the command does not get to its end.</summary>
    public Action AddFile(string path) => Add(() => Remove(path, File.Delete));

    /// <summary>Deletes a directory, if it is empty, if the command does not get to its end.</summary>
    public Action AddDirectory(string path) => Add(() => Remove(path, Directory.Delete));

    /// <summary>Runs the step that makes something final; after it there is nothing to take back for these keys.</summary>
    public void Finish(Action finalStep, params IEnumerable<Action> keys)
    {
        lock (_gate)
        {
            finalStep();
            foreach (Action key in keys)
            {
                _undo.Remove(key);
            }
        }
    }

    /// <summary>As <see cref="Finish"/>, with the step that makes the command's result final: from then on it has done what it was asked for.</summary>
    public void Complete(Action finalStep, params IEnumerable<Action> keys) => Finish(
        () =>
        {
            finalStep();
            _isComplete = true;
        },
        keys);

    /// <summary>Takes everything back, and gives what could not be removed. Never fails.</summary>
    public IReadOnlyList<string> Undo()
    {
        lock (_gate)
        {
            for (int i = _undo.Count - 1; i >= 0; i--)
            {
                _undo[i]();
            }

            _undo.Clear();
            return _left;
        }
    }

    /// <summary>
    /// Takes everything back and ends the process before anything else can be finished. A command that is complete may still
    /// say so, but only once: a user that sends a second signal does not want to wait for that.
    /// </summary>
    public void UndoAndExit(int exitCode, Action<IReadOnlyList<string>> last)
    {
        lock (_gate)
        {
            if (_isComplete)
            {
                _isComplete = false;
                return;
            }

            last(Undo());
            Environment.Exit(exitCode);
        }
    }

    private void Remove(string path, Action<string> remove)
    {
        if (Doing.Try(() => remove(path)) is not null && Path.Exists(path))
        {
            _left.Add(path);
        }
    }
}
