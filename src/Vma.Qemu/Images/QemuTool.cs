// SPDX-License-Identifier: MIT

using Vma.Qemu.Host;

namespace Vma.Qemu.Images;

/// <summary>QEMU's programs for disk images: where they are, and what they say.</summary>
public static class QemuTool
{
    internal const string Image = "qemu-img";
    internal const string Server = "qemu-nbd";

    /// <summary>Whether QEMU's tools for disk images are installed.</summary>
    public static bool IsInstalled => HostProgram.Find(Image) is not null && HostProgram.Find(Server) is not null;

    /// <summary>Does nothing when the tools are installed.</summary>
    /// <exception cref="QemuException">They are not; the message names the package.</exception>
    public static void ThrowIfMissing()
    {
        _ = Locate(Image);
        _ = Locate(Server);
    }

    /// <exception cref="QemuException">It is not installed.</exception>
    internal static string Locate(string tool) =>
        HostProgram.Find(tool)
            ?? throw new QemuException($"{tool} is missing, which reads and writes disk formats other than raw; install the package qemu-utils");

    /// <summary>Runs <c>qemu-img</c> to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="name">What the image is called in its messages.</param>
    /// <param name="sandbox">What it may open; null for all that we may.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static byte[] RunImage(IReadOnlyList<string> arguments, ShownName name, Sandbox? sandbox, CancellationToken cancellationToken)
    {
        using SupervisedProcess process = SupervisedProcess.Start([Locate(Image), .. arguments], sandbox: sandbox);
        byte[] output = process.WaitForOutput(cancellationToken);
        int exitCode = process.End(TimeSpan.FromSeconds(60));
        return exitCode == 0 ? output : throw new QemuException(ErrorLine(process.Error, name) ?? $"{Image} ended with exit code {exitCode}");
    }

    /// <summary>The one line that tells what was wrong; null when there is none.</summary>
    internal static string? ErrorLine(string error, ShownName name)
    {
        // A tool that makes no whole file wants to delete it, which is ours to do.
        string[] lines = [.. error.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0
            && !line.Contains("warning:", StringComparison.Ordinal) && !line.Contains("Error when deleting file", StringComparison.Ordinal))];
        if (lines.Length == 0)
        {
            return null;
        }

        string line = lines[0];
        foreach (string prefix in (string[])[$"{Image}: ", $"{Server}: ", $"Failed to blk_new_open '{name.Given}': ", $"Could not open '{name.Given}': ",
            $"{name.Given}: "])
        {
            line = line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : line;
        }

        return line.Replace(name.Given, name.Shown, StringComparison.Ordinal);
    }
}
