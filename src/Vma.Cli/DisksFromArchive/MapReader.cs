// SPDX-License-Identifier: MIT

using System.Text;

namespace Vma.Cli.DisksFromArchive;

/// <summary>
/// Reads the restore map line by line until <c>done</c>, an empty line or its end. It never waits for more than that, and stays open:
/// the program that writes it may keep it open as well.
/// </summary>
internal sealed class MapReader(Stream stream) : IDisposable
{
    private const int MaxLineLength = 64 << 10;

    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    public static MapReader Open(string path) => new(StandardStreams.IsInput(path) ? StandardStreams.OpenInput() : Doing.With(
        "open the restore map", path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)));

    public IEnumerable<MapLine> ReadLines()
    {
        while (ReadLine() is { Length: > 0 } line && line != "done")
        {
            yield return MapLine.Parse(line);
        }
    }

    public void Dispose() => stream.Dispose();

    private string? ReadLine()
    {
        var line = new List<byte>();
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, stream.Read(_buffer));
                if (_end == 0)
                {
                    return line.Count == 0 ? null : Text(line);
                }
            }

            byte next = _buffer[_start++];
            if (next == '\n')
            {
                return Text(line);
            }

            line.Add(next);
            if (line.Count > MaxLineLength)
            {
                throw CommandException.Usage($"restore map: a line is longer than {MaxLineLength} bytes");
            }
        }
    }

    private static string Text(List<byte> line) => Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
}
