// SPDX-License-Identifier: MIT

using Vma.Failures;
using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>Opens the archive that a command reads from its beginning to its end.</summary>
internal static class ArchiveFile
{
    /// <summary>Opens an archive and reads its header; a fault names the file.</summary>
    public static VmaReader Open(string path) => Open(path, stream => new VmaReader(stream));

    /// <summary>Opens a damaged archive and reads what is left of its header.</summary>
    public static VmaSalvageReader OpenForSalvage(string path, Action<VmaFault> onFinding) => Open(path, stream => new VmaSalvageReader(stream, onFinding));

    /// <summary>Opens an archive without looking into it.</summary>
    public static Stream OpenStream(string path) => path == StandardStreams.Input ? StandardStreams.OpenInput()
        : FileStatus.KindOf(path) == FileKind.Directory ? throw CommandException.Failed($"cannot read '{EscapedText.Of(path)}': it is a directory")
        : Doing.With(
            "open",
            path,
            () => Descriptors.WidenPipe(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)));

    /// <summary>Reads from an archive. A failure that the archive is the reason of names the file.</summary>
    public static T Located<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (VmaException damage)
        {
            throw Damaged(path, damage);
        }
        catch (NotSupportedException missing) when (missing.InnerException is DllNotFoundException)
        {
            throw CommandException.Failed($"cannot read '{DisplayName(path)}': {missing.Message}", missing);
        }
    }

    public static CommandException Damaged(string path, VmaException damage) => new(ExitCode.Damaged, $"{DisplayName(path)}: {damage.Fault}", damage);

    public static string DisplayName(string path) => path == StandardStreams.Input ? "standard input" : EscapedText.Of(path);

    private static T Open<T>(string path, Func<Stream, T> open) => Attempt.Into(OpenStream(path), stream => Located(path, () => open(stream)));
}
