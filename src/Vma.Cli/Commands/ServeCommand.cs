// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Security.Cryptography;
using Vma.Cli.Json;
using Vma.Cli.Serve;
using Vma.Nbd;

namespace Vma.Cli.Commands;

internal static class ServeCommand
{
    /// <summary>What requests of all clients may hold: room for one of the longest that there are, and then some.</summary>
    private const long MostBytesInFlight = 40L << 20;

    /// <summary>How long requests under way get when the server ends.</summary>
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(5);

    public static Command Build(CommandContext context)
    {
        var files = new Argument<string[]>("FILE") { Description = "The archives; each of their disks is an export.", Arity = ArgumentArity.ZeroOrMore };
        var socket = new Option<string>("--socket", "-s") { Description = "Listen on a unix socket; one in a new private directory when nothing is said.", HelpName = "PATH" };
        var listen = new Option<string>("--listen", "-l") { Description = "Listen on TCP; a port alone is for this machine only, 0 for any free one.", HelpName = "[ADDR:]PORT" };
        var tls = new Option<string>("--tls") { Description = "Serve with TLS only; the directory has server-cert.pem and server-key.pem.", HelpName = "DIR" };
        var tlsClients = new Option<bool>("--tls-verify-clients") { Description = "Let in only clients whose certificate ca-cert.pem of --tls has signed." };
        var exports = new Option<string[]>("--export", "-e") { Description = "Serve one disk under a name; may be repeated.", HelpName = "NAME=ARCHIVE:DISK" };
        var run = new Option<string>("--run") { Description = "Run a shell command that finds $uri, $unixsocket and $port set, and end with it.", HelpName = "COMMAND" };
        var anyPlace = new AnyPlace(context);
        Option<bool> json = CommonOptions.Json();
        var command = new Command("serve", "Give the disks of archives to NBD clients, read-only, without restoring anything.") { files, socket, listen, tls, tlsClients, exports, run, json };
        anyPlace.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(socket) is not null && parsed.GetValue(listen) is not null)
            {
                throw CommandException.Usage("--socket and --listen do not go together");
            }

            if (parsed.GetValue(run) is not null && parsed.GetValue(json))
            {
                throw CommandException.Usage("--run and --json do not go together: standard output is the command's");
            }

            using NbdTls? certificates = LoadTls(parsed.GetValue(tls), parsed.GetValue(tlsClients));
            using var disks = new ServedDisks(anyPlace, parsed);
            disks.AddAll(parsed.GetValue(files) ?? [], parsed.GetValue(exports) ?? []);
            var options = new NbdServerOptions { ReadOnly = true, Tls = certificates, MaxBytesInFlight = MostBytesInFlight, OnFault = fault => Tell(context.Terminal, fault) };
            using var server = new NbdServer(disks.Disks.Select(disk => disk.Export), options);

            // From here on there is a socket to take away.
            using var asked = new ManualResetEventSlim();
            context.OnSignal = asked.Set;
            ServeAddress address = ServeAddress.Listen(server, parsed.GetValue(socket), parsed.GetValue(listen), certificates is not null, context.Unfinished);
            int exitCode = ExitCode.Done;
            if (parsed.GetValue(run) is { } companion)
            {
                exitCode = Companion.Run(companion, disks, address, asked);
            }
            else
            {
                Announce(context.Terminal, disks, address, parsed.GetValue(tls), parsed.GetValue(json));
                asked.Wait();
            }

            server.Stop(LastRequests);
            context.Unfinished.Undo();
            return exitCode;
        });
        return command;
    }

    private static NbdTls? LoadTls(string? directory, bool verifyClients)
    {
        try
        {
            return directory is not null ? NbdTls.LoadServer(directory, verifyClients)
                : verifyClients ? throw CommandException.Usage("--tls-verify-clients needs --tls") : null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            string name = (missing as FileNotFoundException)?.FileName ?? Path.Combine(directory!, "server-cert.pem");
            throw CommandException.Failed($"--tls: there is no '{ArchiveFile.Escape(name)}'", missing);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw CommandException.Failed($"--tls: {ArchiveFile.Escape(Reason.Of(failure))}", failure);
        }
    }

    private static void Announce(Terminal terminal, ServedDisks disks, ServeAddress address, string? certificates, bool json)
    {
        if (json)
        {
            ExportElement[] elements = [.. disks.Disks.Select(disk => new ExportElement(disk.Export.Name, disk.Export.Length, disk.Archive, disk.Device.Name.ToString(), address.UriOf(disk.Export.Name).ToString()))];
            JsonOutput.Write(terminal, new ServeDocument(ServeDocument.Version, address.Socket, address.Port, elements), JsonContracts.Default.ServeDocument);
        }
        else
        {
            Announcement.Write(terminal, disks, address, certificates is null ? null : Path.GetFullPath(certificates));
        }
    }

    private static void Tell(Terminal terminal, NbdServerFault fault) =>
        terminal.Error(ArchiveFile.Escape(fault.ExportName is { } name ? $"{name}: {fault.Message}" : fault.Message));
}
