// SPDX-License-Identifier: MIT

using Vma.Failures;
using Vma.Posix;

namespace Vma.Cli.Archives;

/// <summary>Opens the archive that a command reads from its beginning to its end.</summary>
internal static class ArchiveFile
{
    private const string MemoryOption = "--memory";

    /// <summary>Opens an archive and reads its header; a fault names the file.</summary>
    public static VmaReader Open(string path, VmaReaderOptions options) => Open(path, stream => new VmaReader(stream, options));

    /// <summary>Opens a damaged archive and reads what is left of its header.</summary>
    public static VmaSalvageReader OpenForSalvage(string path, VmaReaderOptions options, Action<VmaFault> onFinding) =>
        Open(path, stream => new VmaSalvageReader(stream, onFinding, options: options));

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
        catch (VmaException refused) when (refused.Fault.MemoryNeeded is { } memory)
        {
            throw NeedsMemory(path, memory, refused);
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

    /// <summary>The archive is damaged; what the user can do next is told too.</summary>
    public static CommandException Damaged(string path, VmaException damage)
    {
        string next = NextStep.For(path, damage.Fault) is { } step ? $"; {step}" : string.Empty;
        return new CommandException(ExitCode.Damaged, $"{DisplayName(path)}: {damage.Fault}{next}", damage);
    }

    /// <summary>The archive is sound, and takes more memory than the user allowed.</summary>
    private static CommandException NeedsMemory(string path, long memory, VmaException refused)
    {
        string size = $"{(memory + (1 << 20) - 1) >> 20}M";
        return CommandException.Failed(
            $"{DisplayName(path)}: it takes {SizeText.Of(memory)} of memory to be decompressed, more than is allowed; "
            + (CallAgain.Verb is "boot" or "backup"
                ? $"make another of it with: {QuotedText.ShellLine(["vma", "repack", MemoryOption, size, path, "NEW.vma.zst"])}"
                : $"call it again so: {CallAgain.With(MemoryOption, size)}"),
            refused);
    }

    public static string DisplayName(string path) => path == StandardStreams.Input ? "standard input" : EscapedText.Of(path);

    private static T Open<T>(string path, Func<Stream, T> open) => Attempt.Into(OpenStream(path), stream => Located(path, () => open(stream)));
}
