// SPDX-License-Identifier: MIT

using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vma.Failures;

namespace Vma.Qemu.Host;

/// <summary>
/// A program that has our standard input and output, and that ends with us, however we end. No signal of our terminal reaches it.
/// </summary>
internal sealed class AttachedProcess : IDisposable
{
    // The shell becomes the program, so that its exit code and its process are ours to wait for. A line on the lifeline means that the program has
    // ended. The lifeline's end without a line means that we have, and that the program is to end: gently, or, when it does not, by force.
    private const string Script = """
        (
            exec </dev/null >/dev/null 2>&1 4<&-
            read -r _ <&3 && exit
            kill $$
            for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $$ || exit; sleep 0.5; done
            kill -KILL $$
        ) &
        exec "$@" 3<&-
        """;

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(15);

    private readonly AnonymousPipeServerStream _lifeline = new(PipeDirection.Out, HandleInheritability.None);

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="passed">An open file that it gets as descriptor 4, or null. It stays open here.</param>
    /// <exception cref="IOException">No process can be made.</exception>
    public AttachedProcess(string program, IReadOnlyList<string> arguments, SafeHandle? passed)
    {
        using SafeFileHandle input = Standard(0), output = Standard(1), error = Standard(2);
        string[] shell = ["-c", Script, "sh", program, .. arguments];
        int process = Attempt.Into(_lifeline, lifeline => ChildProcess.Spawn(
            ChildProcess.Shell, shell, ChildProcess.Environment(), sandbox: null, input, output, error, lifeline.ClientSafePipeHandle, passed));
        Exited = Task.Factory.StartNew(() => WaitFor(process), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        _lifeline.DisposeLocalCopyOfClientHandle();
    }

    /// <summary>Ends when the program has ended, and has its exit code: 128 and the signal's number when a signal ended it.</summary>
    public Task<int> Exited { get; }

    /// <summary>Ends the program if it has not ended yet.</summary>
    public void Dispose()
    {
        _lifeline.Dispose();
        Exited.Wait(LastPatience);
    }

    private static SafeFileHandle Standard(int descriptor) => new(descriptor, ownsHandle: false);

    private int WaitFor(int process)
    {
        int exitCode = ChildProcess.Wait(process);
        // It fails when we are ending it, or the shell that watches it has ended.
        Attempt.Quietly(() => _lifeline.Write("\n"u8), gone => gone is IOException or ObjectDisposedException);

        return exitCode;
    }
}
