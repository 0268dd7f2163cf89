// SPDX-License-Identifier: MIT

using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vma.Posix;

namespace Vma.Qemu.Host;

/// <summary>The libc calls behind child processes that get descriptors of ours, which the framework cannot give them.</summary>
internal static unsafe class ChildProcess
{
    public const string Shell = "/bin/sh";

    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int FirstFree = 16;
    private const short NewSession = 0x80; // POSIX_SPAWN_SETSID
    private const int OpaqueLength = 512; // more than posix_spawn's opaque structures have in any libc
    private const int KillSignal = 9;

    private static volatile bool _hasSpawned;

    /// <summary>
    /// Starts a program in a session of its own, so that a terminal's signals do not reach it. It gets these descriptors as 0, 1, 2 and so on,
    /// up to the first that is null, and no other. With a sandbox it can open what that names and nothing else.
    /// </summary>
    public static int Spawn(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, Sandbox? sandbox,
        params ReadOnlySpan<SafeHandle?> descriptors)
    {
        byte* actions = stackalloc byte[OpaqueLength];
        byte* attributes = stackalloc byte[OpaqueLength];
        // Their numbers are higher than those that the descriptors get in the child.
        var copies = new List<SafeFileHandle>();
        using var argumentVector = new StringVector([program, .. arguments]);
        using var environmentVector = new StringVector([.. environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        CheckResult(LibC.InitializeFileActions(actions));
        CheckResult(LibC.InitializeAttributes(attributes));
        try
        {
            for (int number = 0; number < descriptors.Length && descriptors[number] is { } descriptor; number++)
            {
                var copy = new SafeFileHandle(Check(LibC.Control(descriptor, DuplicateCloseOnExec, FirstFree)), ownsHandle: true);
                copies.Add(copy);
                CheckResult(LibC.AddDuplicate(actions, (int)copy.DangerousGetHandle(), number));
            }

            CheckResult(LibC.SetSpawnFlags(attributes, NewSession));
            var command = new Command(actions, attributes, argumentVector.Pointer, environmentVector.Pointer);
            using Landlock? rules = sandbox?.ToRules();
            CheckResult(rules is null ? command.Spawn(out int process) : SpawnRestricted(command, rules, out process));
            return process;
        }
        finally
        {
            copies.ForEach(copy => copy.Dispose());
            _ = LibC.DestroyAttributes(attributes);
            _ = LibC.DestroyFileActions(actions);
        }
    }

    /// <summary>Starts the program from a thread that is restricted for ever, since the child inherits that, and so has no other work.</summary>
    private static int SpawnRestricted(Command command, Landlock rules, out int process)
    {
        int error = 0, child = 0;
        var thread = new Thread(() =>
        {
            // A thread that is restricted may not find what the runtime loads at the first call of a function, so all are called before.
            Landlock.Rehearse();
            if (!_hasSpawned)
            {
                _ = command.Rehearse();
            }

            // Where the kernel refuses, as with too many sandboxes around us, the checks before this one are what there is.
            _ = rules.RestrictThread();
            error = command.Spawn(out child);
        });
        thread.Start();
        thread.Join();
        process = child;
        return error;
    }

    /// <summary>The environment that we have, for a caller to change before it goes to <see cref="Spawn"/>.</summary>
    public static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty);

    /// <summary>Waits until a child has ended; gives its exit code as a shell does.</summary>
    public static int Wait(int process)
    {
        int status;
        while (LibC.Wait(process, out status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != LibC.Interrupted)
            {
                return -1;
            }
        }

        return (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f);
    }

    /// <summary>Ends all processes of a session that <see cref="Spawn"/> began, at once.</summary>
    public static void KillGroup(int process) => _ = LibC.Signal(-process, KillSignal);

    /// <exception cref="IOException">The call failed.</exception>
    public static int Check(int result) => result >= 0 ? result : throw Failure(Marshal.GetLastPInvokeError());

    private static void CheckResult(int error)
    {
        if (error != 0)
        {
            throw Failure(error);
        }
    }

    private static IOException Failure(int error) => new(new Win32Exception(error).Message, error);

    /// <summary>What posix_spawn gets, whose memory the caller keeps.</summary>
    private readonly struct Command(byte* actions, byte* attributes, byte** arguments, byte** environment)
    {
        /// <summary>Gives the number of the error, or 0.</summary>
        public int Spawn(out int process) => Spawn(arguments[0], out process);

        /// <summary>As <see cref="Spawn(out int)"/>, of a program that is not there.</summary>
        public int Rehearse()
        {
            byte end = 0;
            return Spawn(&end, out _);
        }

        private int Spawn(byte* program, out int process)
        {
            int child = 0;
            int error = LibC.Spawn(&child, program, actions, attributes, arguments, environment);
            (process, _hasSpawned) = (child, true);
            return error;
        }
    }

    /// <summary>C's form of a list of strings.</summary>
    private sealed class StringVector : IDisposable
    {
        private readonly int _count;

        public StringVector(IReadOnlyList<string> strings)
        {
            _count = strings.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++)
            {
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++)
            {
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
