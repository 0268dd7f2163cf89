// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Vma.Cli.Json;
using Vma.Cli.Serve;
using Vma.Live.Nbd;

namespace Vma.Cli.Commands;

internal static class ServeCommand
{
    /// <summary>How long requests under way get when the server ends.</summary>
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(5);

    public static Command Build(CommandContext context)
    {
        var files = new Argument<string[]>("FILE") { Description = "The archives; each of their disks is an export.", Arity = ArgumentArity.ZeroOrMore };
        var socket = new Option<string>("--socket", "-s") { Description = "Listen on a unix socket; one in a new private directory when nothing is said.", HelpName = "PATH" };
        var listen = new Option<string>("--listen", "-l") { Description = "Listen on TCP; a port alone is for this machine only, 0 for any free one.", HelpName = "[ADDR:]PORT" };
        var tls = new Option<string>("--tls") { Description = "Serve with TLS only; the directory has server-cert.pem and server-key.pem.", HelpName = "DIR" };
        var tlsClients = new Option<bool>("--tls-verify-clients") { Description = "Let in only clients whose certificate is signed by ca-cert.pem of --tls." };
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

            using ServedDisks disks = Collect(parsed.GetRequiredValue(files), parsed.GetValue(exports) ?? [], new ServedDisks(anyPlace, parsed));
            using NbdTls? certificates = LoadTls(parsed.GetValue(tls), parsed.GetValue(tlsClients));
            var options = new NbdServerOptions { ReadOnly = true, Tls = certificates, OnFault = fault => context.Terminal.Error(fault.ExportName is { } name ? $"{ArchiveFile.Escape(name)}: {fault.Message}" : fault.Message) };
            using var server = new NbdServer(disks.Disks.Select(disk => disk.Export), options);
            ServeAddress address = Listen(() => ServeAddress.Listen(server, parsed.GetValue(socket), parsed.GetValue(listen), certificates is not null, context.Unfinished));
            return Serve(context, server, disks, address, parsed.GetValue(run), parsed.GetValue(json));
        });
        return command;
    }

    private static ServedDisks Collect(string[] files, string[] exports, ServedDisks disks)
    {
        try
        {
            string[] whole = [.. files.Distinct()];
            Array.ForEach(whole, file => disks.AddAll(file, withArchiveName: whole.Length > 1));
            Array.ForEach(exports, text => disks.Add(ExportArgument.Parse(text)));
            return disks.Disks.Count > 0 ? disks : throw CommandException.Usage(files.Length + exports.Length == 0 ? "FILE is missing; see 'vma serve --help'" : "there is no disk in what was named");
        }
        catch
        {
            disks.Dispose();
            throw;
        }
    }

    private static NbdTls? LoadTls(string? directory, bool verifyClients)
    {
        try
        {
            return directory is not null ? NbdTls.LoadServer(directory, verifyClients)
                : verifyClients ? throw CommandException.Usage("--tls-verify-clients needs --tls") : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw CommandException.Failed($"--tls: {Reason.Of(failure)}", failure);
        }
    }

    private static ServeAddress Listen(Func<ServeAddress> listen)
    {
        try
        {
            return listen();
        }
        catch (IOException failure)
        {
            throw CommandException.Failed($"cannot listen: {failure.Message}", failure);
        }
    }

    private static int Serve(CommandContext context, NbdServer server, ServedDisks disks, ServeAddress address, string? run, bool json)
    {
        using var asked = new ManualResetEventSlim();
        context.OnSignal = asked.Set;
        int exitCode = ExitCode.Done;
        if (run is not null)
        {
            exitCode = Run(run, disks, address, asked);
        }
        else
        {
            Announce(context.Terminal, disks, address, json);
            asked.Wait();
        }

        context.Terminal.ClearLive();
        server.Stop(LastRequests);
        context.Unfinished.Undo();
        return exitCode;
    }

    private static int Run(string command, ServedDisks disks, ServeAddress address, ManualResetEventSlim asked)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { UseShellExecute = false };
        start.Environment["uri"] = address.UriOf(disks.Disks[0].Export.Name).ToString();
        start.Environment["unixsocket"] = address.Socket;
        start.Environment["port"] = address.Port?.ToString(CultureInfo.InvariantCulture);
        for (int i = 0; i < disks.Disks.Count; i++)
        {
            start.Environment[string.Create(CultureInfo.InvariantCulture, $"uri{i + 1}")] = address.UriOf(disks.Disks[i].Export.Name).ToString();
        }

        using Process process = Process.Start(start)!;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => asked.Set();
        if (process.HasExited)
        {
            asked.Set();
        }

        asked.Wait();
        if (!process.HasExited)
        {
            Posix.Terminate(process.Id);
        }

        process.WaitForExit();
        return process.ExitCode;
    }

    private static void Announce(Terminal terminal, ServedDisks disks, ServeAddress address, bool json)
    {
        if (json)
        {
            ExportElement[] elements = [.. disks.Disks.Select(disk => new ExportElement(disk.Export.Name, disk.Export.Length, disk.Archive, disk.Device.Name.ToString(), address.UriOf(disk.Export.Name).ToString()))];
            JsonOutput.Write(terminal, new ServeDocument(ServeDocument.Version, address.Socket, address.Port, elements), JsonContracts.Default.ServeDocument);
            return;
        }

        foreach (ServedDisk disk in disks.Disks)
        {
            terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"EXPORT: size: {disk.Export.Length} name: {ArchiveFile.Escape(disk.Export.Name)} uri: {address.UriOf(disk.Export.Name)}"));
        }

        NbdUri first = address.UriOf(disks.Disks[0].Export.Name);
        terminal.WriteLine("# look:     nbdinfo " + Quote(first));
        terminal.WriteLine("# convert:  qemu-img convert -p -O qcow2 " + Quote(first) + " disk.qcow2");
        terminal.WriteLine("# mount:    mkdir disk && nbdfuse disk " + Quote(first) + " & then: guestmount -i --ro -a disk/nbd /mnt");
        terminal.WriteLine("# boot:     qemu-system-x86_64 -m 2G -snapshot -drive " + Quote("format=raw,if=virtio,file=" + first.ToString().Replace(",", ",,", StringComparison.Ordinal)));
        terminal.WriteLine("# Ctrl-C ends it.");
        terminal.Flush();
    }

    private static string Quote(object text) => "'" + text.ToString()!.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
