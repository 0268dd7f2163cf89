// SPDX-License-Identifier: MIT

namespace Vma.Cli.Console;

/// <summary>What every command gets.</summary>
internal sealed record CommandContext(Terminal Terminal, Unfinished Unfinished)
{
    private readonly Lock _gate = new();
    private Action? _onSignal;

    /// <summary>
    /// What a signal does that asks the command to end; null when it is ended at once, and what it made is taken back. Once it is set anew, what was
    /// there before is done with and not called any more.
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

    /// <summary>Does what a signal does; false when the command is to be ended at once.</summary>
    public bool TrySignal()
    {
        lock (_gate)
        {
            _onSignal?.Invoke();
            return _onSignal is not null;
        }
    }
}
