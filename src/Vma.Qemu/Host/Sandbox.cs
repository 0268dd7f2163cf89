// SPDX-License-Identifier: MIT

using Vma.Posix;

namespace Vma.Qemu.Host;

/// <summary>
/// What a program may open, beside itself and the system's programs and libraries. The kernel keeps it to that where it has Landlock; where it has none,
/// nothing does, and the program is started all the same.
/// </summary>
/// <param name="Program">The program's path.</param>
/// <param name="Read">Files that it may read.</param>
/// <param name="Write">Files that it may read and write.</param>
internal sealed record Sandbox(string Program, IReadOnlyList<string> Read, IReadOnlyList<string> Write)
{
    /// <summary>Programs and libraries, what these read at their start, and what the kernel tells of the machine. Nothing in them is secret.</summary>
    private static readonly string[] System =
    [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store",
        "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload", "/etc/localtime", "/etc/alternatives", "/etc/ssl/openssl.cnf",
        "/etc/gnutls", "/etc/crypto-policies", "/etc/gcrypt", "/sys", "/proc/cpuinfo", "/proc/meminfo", "/proc/filesystems", "/proc/sys", "/dev/urandom",
        "/dev/random",
    ];

    private static readonly string[] Devices = ["/dev/null", "/dev/zero"];

    /// <summary>The folders beside a program's own in which its libraries are, when it is not installed where others are.</summary>
    private static readonly string[] Companions = ["lib", "lib64", "libexec", "share"];

    /// <summary>Whether the kernel keeps programs to their sandboxes.</summary>
    public static bool IsKept => Landlock.Version > 0;

    /// <summary>For a program that makes a file, and reads none.</summary>
    public static Sandbox ForNewFile(string program, string path) => new(program, [], [Path.GetFullPath(path)]);

    /// <summary>The rules for the kernel; null where it has no Landlock.</summary>
    public Landlock? ToRules()
    {
        Landlock? rules = Landlock.Create();
        if (rules is not null)
        {
            foreach (string path in (IEnumerable<string>)[.. System, .. OfProgram(), .. Read])
            {
                rules.AllowRead(path);
            }

            foreach (string path in (IEnumerable<string>)[.. Devices, .. Write])
            {
                rules.AllowWrite(path);
            }
        }

        return rules;
    }

    private IEnumerable<string> OfProgram()
    {
        string program = new FileInfo(Program).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(Program);
        string folder = Path.GetDirectoryName(program)!;
        string[] libraries = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries);
        return [program, .. Companions.Select(name => Path.Combine(Path.GetDirectoryName(folder) ?? folder, name)), .. libraries];
    }
}
