// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;

namespace Vma.Cli.Tests.Support;

/// <summary>A running call, with everything it says.</summary>
internal sealed class VmaProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Collector _output;
    private readonly Collector _error;
    private readonly Thread _feeder;

    public VmaProcess(Process process, Action<Stream> feed)
    {
        _process = process;
        _output = new Collector(process.StandardOutput.BaseStream);
        _error = new Collector(process.StandardError.BaseStream);
        Stream input = process.StandardInput.BaseStream;
        _feeder = new Thread(() => FeedAll(input, feed)) { IsBackground = true };
        _feeder.Start();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The highest amount of memory so far, in bytes; 0 when it has ended.</summary>
    public long PeakMemory
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.HasExited ? 0 : _process.PeakWorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>Waits until standard output has a line that begins so; gives everything up to its end.</summary>
    public string WaitForOutput(string lineStart) => _output.WaitFor(lineStart);

    /// <summary>As <see cref="WaitForOutput"/>, of standard error.</summary>
    public string WaitForError(string lineStart) => _error.WaitFor(lineStart);

    public void Signal(int signal) => Native.Signal(_process.Id, signal);

    public VmaResult Finish()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"the process did not end; it said: {_error.Text}");
        }

        var result = new VmaResult(_process.ExitCode, _output.Finish(), _error.Finish());
        Assert.True(_feeder.Join(Patience), "standard input is still being written");
        _process.Dispose();
        Told.NoExceptionText(result);
        return result;
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // The process has ended, as it should.
        }

        _process.Dispose();
    }

    private static void FeedAll(Stream input, Action<Stream> feed)
    {
        try
        {
            using (input)
            {
                feed(input);
            }
        }
        catch (Exception stopped) when (stopped is IOException or ObjectDisposedException)
        {
            // The command stopped reading, which it may do.
        }
    }

    /// <summary>Reads a pipe to its end, on a thread of its own.</summary>
    private sealed class Collector
    {
        private readonly List<byte> _bytes = [];
        private readonly Thread _reader;

        public Collector(Stream stream)
        {
            _reader = new Thread(() => Read(stream)) { IsBackground = true };
            _reader.Start();
        }

        public string Text
        {
            get
            {
                lock (_bytes)
                {
                    return Encoding.UTF8.GetString(_bytes.ToArray());
                }
            }
        }

        public byte[] Finish()
        {
            Assert.True(_reader.Join(Patience), "the pipe was not closed: a process is left over");
            return [.. _bytes];
        }

        public string WaitFor(string lineStart)
        {
            var watch = Stopwatch.StartNew();
            while (true)
            {
                int line = ("\n" + Text).IndexOf("\n" + lineStart, StringComparison.Ordinal);
                int end = line < 0 ? -1 : Text.IndexOf('\n', line);
                if (end >= 0)
                {
                    return Text[..(end + 1)];
                }

                Assert.True(watch.Elapsed < Patience
                    && (_reader.IsAlive || ("\n" + Text).Contains("\n" + lineStart, StringComparison.Ordinal)), $"no line '{lineStart}' came, only: {Text}");
                Thread.Sleep(2);
            }
        }

        private void Read(Stream stream)
        {
            var buffer = new byte[65536];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                lock (_bytes)
                {
                    _bytes.AddRange(buffer.AsSpan(0, read));
                }
            }
        }
    }
}
