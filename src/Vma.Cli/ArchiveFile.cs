// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Cli;

/// <summary>Opens the archive that a command reads.</summary>
internal static class ArchiveFile
{
    public const string StandardInput = "-";

    /// <summary>Opens an archive and reads its header; a fault names the file.</summary>
    public static VmaReader Open(string path) => Open(path, stream => new VmaReader(stream));

    /// <summary>Opens a damaged archive and reads what is left of its header.</summary>
    public static VmaSalvageReader OpenForSalvage(string path, Action<VmaFault> onFinding) => Open(path, stream => new VmaSalvageReader(stream, onFinding));

    private static T Open<T>(string path, Func<Stream, T> open)
    {
        Stream stream = OpenStream(path);
        try
        {
            return Located(path, () => open(stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Runs what reads the archive; what goes wrong with it is told with the file's name.</summary>
    public static T Located<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (VmaException damage)
        {
            throw new CommandException(ExitCode.Damaged, $"{DisplayName(path)}: {damage.Fault}", damage);
        }
        catch (NotSupportedException missing) when (missing.InnerException is DllNotFoundException)
        {
            throw CommandException.Failed($"cannot read '{DisplayName(path)}': {missing.Message}", missing);
        }
    }

    public static string DisplayName(string path) => path == StandardInput ? "standard input" : Escape(path);

    /// <summary>A path as it may go to a terminal.</summary>
    public static string Escape(string path) => new VmaName(path).ToString();

    /// <summary>Opens an archive without looking into it.</summary>
    public static Stream OpenStream(string path)
    {
        if (path == StandardInput)
        {
            return Terminal.OpenInput();
        }

        if (FileStatus.KindOf(path) == FileKind.Directory)
        {
            throw CommandException.Failed($"cannot read '{Escape(path)}': it is a directory");
        }

        try
        {
            return Posix.WidenPipe(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Failed($"cannot open '{Escape(path)}': {Reason.Of(failure)}", failure);
        }
    }
}
