// SPDX-License-Identifier: MIT

namespace Vma.Cli.Boot;

/// <summary>The programs that it takes to start a guest.</summary>
internal static class BootProgram
{
    public const string Default = "qemu-system-x86_64";

    /// <summary>Ends the command when one of them is missing, with the package to install.</summary>
    public static void ThrowIfMissing(string qemu)
    {
        Need(qemu, "qemu-system-x86");
        Need("qemu-img", "qemu-utils");
    }

    private static void Need(string program, string package)
    {
        bool isPath = program.Contains('/', StringComparison.Ordinal);
        IEnumerable<string> candidates = isPath ? [program]
            : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => Path.Combine(directory, program));
        if (!candidates.Any(File.Exists))
        {
            throw CommandException.Failed($"'{ArchiveFile.Escape(program)}' is missing; install the package {package}");
        }
    }
}
