// SPDX-License-Identifier: MIT

using Vma.Qemu.Host;

namespace Vma.Qemu.Images;

/// <summary>QEMU's programs for disk images: where they are, and what they say.</summary>
public static class QemuTool
{
    internal const string Image = "qemu-img";
    internal const string Server = "qemu-nbd";

    /// <summary>Whether QEMU's tools for disk images are installed.</summary>
    public static bool IsInstalled => Find(Image) is not null && Find(Server) is not null;

    /// <summary>Does nothing when the tools are installed.</summary>
    /// <exception cref="QemuException">They are not; the message names the package.</exception>
    public static void ThrowIfMissing()
    {
        _ = Locate(Image);
        _ = Locate(Server);
    }

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

    /// <exception cref="QemuException">It is not installed.</exception>
    internal static string Locate(string tool) =>
        Find(tool) ?? throw new QemuException($"{tool} is missing, which reads and writes disk formats other than raw; install the package qemu-utils");

    /// <summary>Runs <c>qemu-img</c> to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="shown">What stands for an image in its messages, and what a user calls it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static byte[] RunImage(IReadOnlyList<string> arguments, (string Given, string Shown) shown, CancellationToken cancellationToken)
    {
        using SupervisedProcess process = SupervisedProcess.Start([Locate(Image), .. arguments]);
        byte[] output = process.WaitForOutput(cancellationToken);
        int exitCode = process.End(TimeSpan.FromSeconds(60));
        return exitCode == 0 ? output : throw new QemuException(Reason(process.Error, shown) ?? $"{Image} ended with exit code {exitCode}");
    }

    /// <summary>The one line that tells what was wrong; null when there is none.</summary>
    internal static string? Reason(string error, (string Given, string Shown) shown)
    {
        string[] lines = [.. error.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.Contains("warning:", StringComparison.Ordinal))];
        if (lines.Length == 0)
        {
            return null;
        }

        string line = lines[0];
        foreach (string prefix in (string[])[$"{Image}: ", $"{Server}: ", $"Failed to blk_new_open '{shown.Given}': ", $"Could not open '{shown.Given}': ", $"{shown.Given}: "])
        {
            line = line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : line;
        }

        return line.Replace(shown.Given, shown.Shown, StringComparison.Ordinal);
    }

    /// <summary>Where a program is that is given by its name, or by a path; null when it is not there.</summary>
    internal static string? Find(string program)
    {
        string[] candidates = program.Contains('/', StringComparison.Ordinal)
            ? [program]
            : [.. (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted).Select(directory => Path.Combine(directory, program))];
        return candidates.FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
