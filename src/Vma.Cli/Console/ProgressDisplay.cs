// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Cli.Console;

/// <summary>Shows how far an operation is: a live line on a terminal, and through <paramref name="line"/> a line for each whole percentage.</summary>
/// <param name="terminal">Where the live line goes.</param>
/// <param name="verb">What is being done, for the live line.</param>
/// <param name="line">Writes a line for a percentage; null for none.</param>
internal sealed class ProgressDisplay(Terminal terminal, string verb, Action<VmaProgress, int, long>? line) : IProgress<VmaProgress>
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _nextLive = LiveInterval;
    private int _lastPercent = -1;
    private VmaProgress _last;

    public void Report(VmaProgress value)
    {
        _last = value;
        if (value.Percent != _lastPercent)
        {
            _lastPercent = value.Percent;
            line?.Invoke(value, value.Percent, (long)_watch.Elapsed.TotalSeconds);
        }

        if (terminal.ErrorIsTerminal && _watch.Elapsed >= _nextLive)
        {
            _nextLive = _watch.Elapsed + LiveInterval;
            terminal.ShowLive(LiveLine(value));
        }
    }

    /// <summary>Ends the display: all that there was to do is done.</summary>
    public void Finish()
    {
        if (_lastPercent is > 0 and < 100)
        {
            line?.Invoke(_last, 100, (long)_watch.Elapsed.TotalSeconds);
        }

        terminal.ClearLive();
    }

    private string LiveLine(VmaProgress value)
    {
        double rate = value.Bytes / _watch.Elapsed.TotalSeconds;
        string left = rate > 0 ? Duration((value.TotalBytes - value.Bytes) / rate) : "?";
        return $"{verb} {value.Percent}%  {SizeText.Of(value.Bytes)} of {SizeText.Of(value.TotalBytes)}  {SizeText.Of(rate)}/s  {left} left";
    }

    private static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 359_999));
        return time.TotalHours >= 1
            ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}"
            : $"{time.Minutes}:{time.Seconds:00}";
    }
}
