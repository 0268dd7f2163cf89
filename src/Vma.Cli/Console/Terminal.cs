// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Diagnostics;
using System.Text;
using Vma.Failures;

namespace Vma.Cli.Console;

/// <summary>
/// Standard output and standard error. Output is held back until <see cref="Flush()"/>; what cannot be written is an error. Each line goes through
/// <see cref="EscapedText"/> here, wherever its text comes from; only bytes for a machine do not.
/// </summary>
internal sealed class Terminal
{
    /// <summary>How long a command that is to end waits for the reader of its output.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    private static readonly DescriptorStream Output = new(1);
    private static readonly DescriptorStream ErrorOutput = new(2);
    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly Lock _gate = new();
    private readonly Lock _errorGate = new(); // not the same: a thread may wait for the reader of standard output for ever
    private bool _liveLine;
    private long _hurriedAt; // a time stamp; 0 for never
    private volatile bool _outputToo;

    public bool ErrorIsTerminal { get; } = !System.Console.IsErrorRedirected;

    public bool OutputIsTerminal { get; } = !System.Console.IsOutputRedirected;

    /// <summary>From now on the command waits only a moment for a reader. What the reader does not take by then is not written.</summary>
    /// <param name="outputToo">Whether that is so for standard output too. A command that waits there is interrupted.</param>
    public void Hurry(bool outputToo)
    {
        _outputToo |= outputToo;
        Interlocked.CompareExchange(ref _hurriedAt, Stopwatch.GetTimestamp(), 0);
    }

    /// <summary>One line of text, which may come from anywhere.</summary>
    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(EscapedText.Of(line) + "\n"));

    /// <summary>As <see cref="WriteLine"/>, of each.</summary>
    public void WriteLines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            WriteLine(line);
        }
    }

    /// <summary>A JSON document or a part of one.</summary>
    public void WriteJson(ReadOnlySpan<byte> document) => Write(EscapedText.OfJson(document));

    /// <summary>A file's text: as it is for a machine, and escaped for a terminal.</summary>
    public void WriteFile(ReadOnlySpan<byte> text) => Write(OutputIsTerminal ? Encoding.UTF8.GetBytes(EscapedText.OfLines(text)) : text);

    /// <summary>Bytes as they are.</summary>

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _pending.Write(bytes);
        }
    }

    /// <summary>Writes out what was held back.</summary>
    /// <exception cref="OutputClosedException">The reader went away.</exception>
    public void Flush() => Flush([]);

    /// <summary>Writes out what was held back, and bytes behind it.</summary>
    /// <exception cref="OutputClosedException">The reader went away.</exception>
    /// <exception cref="OperationCanceledException">The reader took nothing, and the command is to end.</exception>
    public void Flush(ReadOnlySpan<byte> behind)
    {
        lock (_gate)
        {
            try
            {
                if (!Output.TryWrite(_pending.WrittenSpan, () => _outputToo && IsLate()))
                {
                    throw new OperationCanceledException();
                }

                Output.Write(behind);
            }
            catch (IOException failure) when (SystemFailure.IsBrokenPipe(failure))
            {
                throw new OutputClosedException();
            }
            catch (IOException failure)
            {
                throw Doing.Failed("cannot write to standard output", failure);
            }
            finally
            {
                _pending.ResetWrittenCount();
            }
        }
    }

    /// <summary>One line for the user, with the program's name in front.</summary>
    public void Error(string message) => ErrorLine($"vma: {message}");

    public void ErrorLine(string line)
    {
        lock (_errorGate)
        {
            string clear = _liveLine ? "\r\e[K" : string.Empty;
            _liveLine = false;
            WriteToError($"{clear}{EscapedText.Of(line)}\n");
        }
    }

    /// <summary>Shows a line in place of the last one.</summary>
    public void ShowLive(string line)
    {
        lock (_errorGate)
        {
            _liveLine = true;
            WriteToError($"\r{EscapedText.Of(line)}\e[K");
        }
    }

    public void ClearLive()
    {
        lock (_errorGate)
        {
            if (_liveLine)
            {
                WriteToError("\r\e[K");
                _liveLine = false;
            }
        }
    }

    private bool IsLate() => Interlocked.Read(ref _hurriedAt) is not 0 and var hurried && Stopwatch.GetElapsedTime(hurried) > LastPatience;

    /// <summary>It fails when no reader is left.</summary>
    private void WriteToError(string text) => Attempt.Quietly<IOException>(() => ErrorOutput.TryWrite(Encoding.UTF8.GetBytes(text), IsLate));
}

/// <summary>The reader of our standard output went away; the command ends without a word.</summary>
internal sealed class OutputClosedException : Exception;
