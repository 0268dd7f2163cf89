// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using Vma.Cli.Archives;
using Vma.Cli.Exports;
using Vma.Nbd;

namespace Vma.Cli.Serve;

/// <summary>What <c>serve</c> is asked for.</summary>
internal sealed record ServeRequest(string[] Files, string[] Exports, SeekableRequest Access)
{
    public string? Socket { get; init; }

    public string? Listen { get; init; }

    /// <summary>The directory of the certificates; null without TLS.</summary>
    public string? Certificates { get; init; }

    public bool VerifyClients { get; init; }

    /// <summary>The shell command that is run, and with which the server ends; or null.</summary>
    public string? Command { get; init; }

    public bool Json { get; init; }
}

/// <summary>Serves the disks of archives until a signal comes, or the user's command ends.</summary>
internal sealed class ServeRun(CommandContext context, ServeRequest request)
{
    /// <summary>How many bytes the requests of all clients may hold: room for one of the longest possible requests, and some more.</summary>
    private const long MostBytesInFlight = 40L << 20;

    /// <summary>How long requests under way may take when the server ends.</summary>
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(5);

    private readonly ServeText _text = request.Json ? new ServeJson(context.Terminal) : new ServeText(context.Terminal);

    public int Execute()
    {
        using NbdTls? certificates = LoadTls();
        using var disks = new ServedDisks(request.Access, context);
        disks.AddAll(request.Files, request.Exports);
        Action<NbdServerFault> onFault = new ExportFaults(context.Terminal, disks.Disks).Write;
        var options = new NbdServerOptions { ReadOnly = true, Tls = certificates, MaxBytesInFlight = MostBytesInFlight, OnFault = onFault };
        using var server = new NbdServer(disks.Disks.Select(disk => disk.Export), options);

        // From here on there is a socket to take away.
        using var asked = new ManualResetEventSlim();
        context.OnSignal = asked.Set;
        ServeAddress address = ServeAddress.Listen(server, request.Socket, request.Listen, certificates is not null, context.Unfinished);
        int exitCode = ExitCode.Done;
        if (request.Command is { } command)
        {
            exitCode = ClientCommand.Run(command, disks, address, asked);
        }
        else
        {
            _text.Announce(disks, address, request.Certificates);
            asked.Wait();
        }

        server.Stop(LastRequests);
        context.Unfinished.Undo();
        return exitCode;
    }

    private NbdTls? LoadTls()
    {
        if (request.Certificates is not { } directory)
        {
            return null;
        }

        try
        {
            return Doing.OrFail("--tls", () => NbdTls.LoadServer(directory, request.VerifyClients), failure => EscapedText.Of(failure switch
            {
                FileNotFoundException missing => $"there is no '{missing.FileName ?? Path.Combine(directory, "server-cert.pem")}'",
                DirectoryNotFoundException => $"there is no '{Path.Combine(directory, "server-cert.pem")}'",
                _ => SystemFailure.ReasonOf(failure),
            }));
        }
        catch (CryptographicException wrong)
        {
            throw Doing.Failed("--tls", wrong, EscapedText.Of(SystemFailure.ReasonOf(wrong)));
        }
    }
}
