// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Vma.Cli.Tests.Support;

/// <summary>A running <c>vma serve</c> that has said where it listens.</summary>
internal sealed class Served : IDisposable
{
    private Served(VmaProcess process)
    {
        Process = process;
        Document = JsonDocument.Parse(process.WaitForOutput("}")).RootElement;
    }

    public VmaProcess Process { get; }

    public JsonElement Document { get; }

    public string[] Uris => [.. Document.GetProperty("exports").EnumerateArray().Select(export => export.GetProperty("uri").GetString()!)];

    public string[] Names => [.. Document.GetProperty("exports").EnumerateArray().Select(export => export.GetProperty("name").GetString()!)];

    public string Uri => Uris[0];

    public string Socket => Document.GetProperty("socket").GetString()!;

    public int Port => Document.GetProperty("port").GetInt32();

    public static Served Start(params string[] arguments) => new(new VmaCall(["serve", "--json", .. arguments]).Start());

    /// <summary>Starts the server from a script, which finds the arguments as <c>"$@"</c>.</summary>
    public static Served StartShell(string script, params string[] arguments) => new(VmaCall.Shell(script, arguments).Start());

    /// <summary>Ends it; nothing went wrong unless it said so.</summary>
    public VmaResult Stop(int signal = Native.Terminate)
    {
        Process.Signal(signal);
        return Process.Finish();
    }

    public void StopQuietly()
    {
        VmaResult result = Stop().Succeeded();
        Assert.Empty(result.Error);
        Assert.Equal(Document.GetRawText(), result.Json.GetRawText());
    }

    public void Dispose() => Process.Dispose();
}
