// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vma.Posix;

/// <summary>
/// The files that a thread and its children may still open after <see cref="RestrictThread"/>; all others are closed to them for ever, and so are TCP, abstract
/// sockets and signals to other processes, as far as the kernel knows how to (landlock(7)). What is open stays open.
/// </summary>
internal sealed class Landlock : IDisposable
{
    // The numbers of the calls are the same on all of Linux' architectures.
    private const nint CreateRuleset = 444, AddRule = 445, RestrictSelf = 446;
    private const nint AskForVersion = 1; // LANDLOCK_CREATE_RULESET_VERSION
    private const nint PathBeneath = 1; // LANDLOCK_RULE_PATH_BENEATH
    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS
    private const int PathOnly = 0x200000 | 0x80000; // O_PATH | O_CLOEXEC

    private const ulong Execute = 1 << 0, WriteFile = 1 << 1, ReadFile = 1 << 2, ReadDirectory = 1 << 3, Truncate = 1 << 14, DeviceControl = 1 << 15;
    private const ulong AnyTcp = 0b11; // bind, connect
    private const ulong AnyScope = 0b11; // abstract sockets, signals

    private readonly SafeFileHandle _ruleset;
    private readonly ulong _handled;

    private Landlock(SafeFileHandle ruleset, ulong handled) => (_ruleset, _handled) = (ruleset, handled);

    /// <summary>The version of the kernel's interface; 0 where it has none, or none that is switched on.</summary>
    public static int Version { get; } = OperatingSystem.IsLinux() ? (int)Math.Max(0, LibC.SystemCall(CreateRuleset, 0, 0, AskForVersion, 0)) : 0;

    /// <summary>The rights for files that a version of the kernel's interface knows: a right that it does not know cannot be taken away.</summary>
    internal static ulong FileRightsOf(int version) => (1ul << version switch { 1 => 13, 2 => 14, 3 or 4 => 15, _ => 16 }) - 1;

    /// <summary>Rules that allow nothing yet; null where the kernel cannot restrict a process.</summary>
    public static unsafe Landlock? Create()
    {
        if (Version == 0)
        {
            return null;
        }

        // struct landlock_ruleset_attr, as long as the kernel knows it.
        ulong* attributes = stackalloc ulong[3] { FileRightsOf(Version), AnyTcp, AnyScope };
        int length = sizeof(ulong) * (Version < 4 ? 1 : Version < 6 ? 2 : 3);
        nint ruleset = LibC.SystemCall(CreateRuleset, (nint)attributes, length, 0, 0);
        return ruleset < 0 ? null : new Landlock(new SafeFileHandle(ruleset, ownsHandle: true), attributes[0]);
    }

    /// <summary>Lets programs and data be read: a file, or a directory with all that is beneath. A path that is not there allows nothing.</summary>
    public void AllowRead(string path) => Allow(path, Execute | ReadFile | ReadDirectory | DeviceControl);

    /// <summary>Lets a file or a device be read and written.</summary>
    public void AllowWrite(string path) => Allow(path, ReadFile | WriteFile | Truncate | DeviceControl);

    /// <summary>Restricts the calling thread, until its end, and each process that it starts. False when the kernel refuses.</summary>
    public bool RestrictThread() => Restrict(_ruleset.DangerousGetHandle());

    /// <summary>As <see cref="RestrictThread"/>, but the kernel refuses; only what the runtime needs for the call is loaded.</summary>
    public static void Rehearse() => Restrict(-1);

    public void Dispose() => _ruleset.Dispose();

    private static bool Restrict(nint ruleset) =>
        LibC.ProcessControl(NoNewPrivileges, 1, 0, 0, 0) == 0 && LibC.SystemCall(RestrictSelf, ruleset, 0, 0, 0) == 0;

    private unsafe void Allow(string path, ulong rights)
    {
        int descriptor = LibC.Open(path, PathOnly);
        if (descriptor < 0)
        {
            return;
        }

        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        rights &= _handled;
        if (FileStatus.KindOf(path) != FileKind.Directory)
        {
            rights &= ~ReadDirectory;
        }

        // struct landlock_path_beneath_attr, which is packed.
        byte* attributes = stackalloc byte[sizeof(ulong) + sizeof(int)];
        MemoryMarshal.Write(new Span<byte>(attributes, sizeof(ulong)), rights);
        MemoryMarshal.Write(new Span<byte>(attributes + sizeof(ulong), sizeof(int)), descriptor);
        _ = LibC.SystemCall(AddRule, _ruleset.DangerousGetHandle(), PathBeneath, (nint)attributes, 0);
    }
}
