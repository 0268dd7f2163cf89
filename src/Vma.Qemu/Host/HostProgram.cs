// SPDX-License-Identifier: MIT

namespace Vma.Qemu.Host;

/// <summary>Programs that are installed on this host.</summary>
public static class HostProgram
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Does nothing when a program is there: at its path, or in a directory of <c>PATH</c>.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="package">The package that brings it.</param>
    /// <exception cref="QemuException">It is not there, or may not be executed; the message names the package.</exception>
    public static void ThrowIfMissing(string program, string package)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        if (Find(program) is null)
        {
            throw new QemuException($"'{new VmaName(program)}' is missing; install the package {package}");
        }
    }

    /// <summary>Where a program is that is given by its name or by a path; null when it is not there.</summary>
    internal static string? Find(string program)
    {
        string[] candidates = program.Contains('/')
            ? [program]
            : [.. (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted)
                .Select(directory => Path.Combine(directory, program))];
        return candidates.FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) => File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != 0);
}
