// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Vma.Cli.Tests.Support;

/// <summary>A call of the executable: its arguments, and what surrounds it.</summary>
internal sealed class VmaCall(params string[] arguments)
{
    /// <summary>What the calls of all tests keep, so that none is left in the user's own.</summary>
    private static readonly Scratch Cache = new();

    static VmaCall() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Cache.Dispose();

    /// <summary>What is called, where it is not the executable.</summary>
    public string Program { get; init; } = Places.Executable;

    /// <summary>What stands on standard input; nothing when null.</summary>
    public byte[]? Input { get; init; }

    /// <summary>Writes standard input bit by bit, on a thread of its own; it is closed afterwards.</summary>
    public Action<Stream>? Feed { get; init; }

    public string? Directory { get; init; }

    public string TimeZone { get; init; } = "UTC";

    /// <summary>A shell script that finds the executable as <c>"$VMA"</c> and its arguments as <c>"$1"</c> and so on.</summary>
    public static VmaCall Shell(string script, params string[] arguments) => new(["-c", script, "sh", .. arguments]) { Program = "/bin/sh" };

    public static VmaResult Run(params string[] arguments) => new VmaCall(arguments).Run();

    public VmaResult Run() => Start().Finish();

    public VmaProcess Start()
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory ?? string.Empty,
        };
        Native.HeedInterrupts();
        start.Environment["VMA"] = Places.Executable;
        start.Environment["TZ"] = TimeZone;
        start.Environment["XDG_CACHE_HOME"] = Cache.Path;
        start.Environment["LC_ALL"] = "C.UTF-8";
        return new VmaProcess(Process.Start(start)!, Feed ?? (stream => stream.Write(Input)));
    }
}
