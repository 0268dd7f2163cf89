// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>What every command gets.</summary>
internal sealed record CommandContext(Terminal Terminal, Unfinished Unfinished)
{
    private readonly Lock _gate = new();
    private Action? _onSignal;

    /// <summary>
    /// What happens at a signal that asks the command to end. Null when the command is ended at once, and what it made is taken back. When this is set, the
    /// action before it is not under way, and is not called any more.
    /// </summary>
    public Action? OnSignal
    {
        get
        {
            lock (_gate)
            {
                return _onSignal;
            }
        }

        set
        {
            lock (_gate)
            {
                _onSignal = value;
            }
        }
    }

    /// <summary>Calls <see cref="OnSignal"/>; false when the command is to be ended at once.</summary>
    public bool TrySignal()
    {
        lock (_gate)
        {
            _onSignal?.Invoke();
            return _onSignal is not null;
        }
    }
}
