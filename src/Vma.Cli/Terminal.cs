// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vma.Cli;

/// <summary>Standard output and standard error. Output is held back until <see cref="Flush()"/>; what cannot be written is an error.</summary>
internal sealed class Terminal
{
    private static readonly Stream Output = new DescriptorStream(1);
    private static readonly Stream ErrorOutput = new DescriptorStream(2);
    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly Lock _gate = new();
    private readonly Lock _errorGate = new(); // of its own: who reads standard output may never come
    private bool _liveLine;

    public bool ErrorIsTerminal { get; } = !Console.IsErrorRedirected;

    public bool OutputIsTerminal { get; } = !Console.IsOutputRedirected;

    /// <summary>Standard input; closing the stream leaves it open.</summary>
    public static Stream OpenInput() => Posix.WidenPipe(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));

    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + "\n"));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _pending.Write(bytes);
        }
    }

    /// <summary>Writes out what was held back.</summary>
    /// <exception cref="OutputClosedException">Nobody reads it any more.</exception>
    public void Flush() => Flush([]);

    /// <summary>Writes out what was held back, and bytes behind it.</summary>
    /// <exception cref="OutputClosedException">Nobody reads it any more.</exception>
    public void Flush(ReadOnlySpan<byte> behind)
    {
        lock (_gate)
        {
            try
            {
                Output.Write(_pending.WrittenSpan);
                Output.Write(behind);
            }
            catch (IOException failure) when (Reason.IsBrokenPipe(failure))
            {
                throw new OutputClosedException();
            }
            catch (IOException failure)
            {
                throw CommandException.Failed($"cannot write to standard output: {Reason.Of(failure)}", failure);
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
            WriteToError($"{clear}{line}\n");
        }
    }

    /// <summary>Shows a line in place of the last one.</summary>
    public void ShowLive(string line)
    {
        lock (_errorGate)
        {
            _liveLine = true;
            WriteToError($"\r{line}\e[K");
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

    private static void WriteToError(string text)
    {
        try
        {
            ErrorOutput.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // There is nobody left to tell.
        }
    }
}

/// <summary>Whoever read our standard output went away; the command ends without a word.</summary>
internal sealed class OutputClosedException : Exception;
